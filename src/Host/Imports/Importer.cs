using Vantage.Actors.Runtime;
using Vantage.Host.Situations;

namespace Vantage.Host.Imports;

/// <summary>What became of an import.</summary>
/// <param name="IsRefused">Some rows are wrong, and so none was taken.</param>
/// <param name="Failure">Why it ended after <paramref name="Done"/> of <paramref name="Of"/> changes; null: it did not.</param>
internal sealed record ImportOutcome(ImportReport Report, bool IsRefused, int Done, int Of, Exception? Failure);

/// <summary>Carries imports out, one after the other: what one has found out stays true until it is done.</summary>
internal sealed class Importer(Situation situation) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public string Watermark => situation.Watermark;

    /// <param name="cancelled">Counts while it waits and looks; once it changes something it goes on to the end, whether or not the sender still listens.</param>
    public async Task<ImportOutcome> RunAsync(Func<ImportPlan> look, bool isDry, bool isPartial, Origin by, CancellationToken cancelled)
    {
        await _oneAtATime.WaitAsync(cancelled);
        try
        {
            var plan = look();
            cancelled.ThrowIfCancellationRequested();
            var isRefused = !isDry && !isPartial && plan.Report.Failed > 0;
            if (isDry || isRefused)
            {
                return new ImportOutcome(plan.Report, isRefused, 0, 0, null);
            }

            var (done, of) = (0, plan.Changes.Count + plan.Then.Count);
            try
            {
                await situation.ChangeManyAsync([plan.Changes, plan.Then], by, made => done += made);
                return new ImportOutcome(plan.Report, false, done, of, null);
            }
            catch (Exception failure) when (failure is TimeoutException or IOException or ActorFailedException { InnerException: IOException })
            {
                return new ImportOutcome(plan.Report, false, done, of, failure);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
