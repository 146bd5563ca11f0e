using System.Threading.RateLimiting;

namespace Vantage.Host.Web;

/// <summary>
/// Answers whose entries (cells, points, trips) lie in memory until they are taken: few are worked out at a time, and there is a room for those that are being
/// taken. Who takes an answer slowly must not fill the memory. Tracks have a room of their own (<see cref="Tracks.TrackReads"/>).
/// </summary>
internal sealed class LongAnswers : IDisposable
{
    /// <summary>How long a question may wait until it is worked out, and when one that found no room may come again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Of all answers that are being taken: some 300 MB of what takes the most memory, which is records.</summary>
    private const int RoomEntries = 1_000_000;

    /// <summary>So much lies in the system's buffers, and is off the memory at once, however slowly it is taken.</summary>
    private const int ShortEntries = 2_000;

    private const int EntriesAPermit = 1_000;

    /// <summary>Working out keeps a thread and a processor; more at once would only keep those who ask something short waiting.</summary>
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount);

    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions { PermitLimit = RoomEntries / EntriesAPermit, QueueLimit = 0 });
    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>Waits for a turn to work an answer out.</summary>
    /// <returns>Whether there was one within <see cref="Patience"/>; it is given back by <see cref="EndTurn"/>.</returns>
    public Task<bool> TakeTurnAsync(CancellationToken cancelled) => _turns.WaitAsync(Patience, cancelled);

    public void EndTurn() => _turns.Release();

    /// <summary>Takes room for an answer, which a short one does not need, until it is disposed. Nobody waits for it: whoever waits holds an answer already.</summary>
    /// <returns>Whether the answer may be given.</returns>
    public bool TryHold(int entries, out RateLimitLease? room)
    {
        room = entries <= ShortEntries ? null : _room.AttemptAcquire(Math.Min(entries, RoomEntries) / EntriesAPermit);
        return room?.IsAcquired ?? true;
    }

    public void Dispose()
    {
        _room.Dispose();
        _turns.Dispose();
    }
}

/// <summary>An answer that is given while there is room for it: 503 <c>busy</c> otherwise.</summary>
/// <param name="Entries">What of it is in memory until it has been written.</param>
internal sealed record LongAnswer(IResult Answer, int Entries) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var mayGive = httpContext.RequestServices.GetRequiredService<LongAnswers>().TryHold(Entries, out var room);
        using (room)
        {
            await (mayGive ? Answer : Problems.Busy(LongAnswers.Patience)).ExecuteAsync(httpContext);
        }
    }
}

internal static class LongAnswerExtensions
{
    /// <summary>The endpoint's answers are worked out a few at a time: 503 <c>busy</c> for whoever waits too long for a turn.</summary>
    public static RouteHandlerBuilder TakesTurns(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        var answers = invocation.HttpContext.RequestServices.GetRequiredService<LongAnswers>();
        if (!await answers.TakeTurnAsync(invocation.HttpContext.RequestAborted))
        {
            return Problems.Busy(LongAnswers.Patience);
        }

        try
        {
            return await next(invocation);
        }
        finally
        {
            answers.EndTurn();
        }
    });
}
