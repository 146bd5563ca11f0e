using Vantage.Actors.People;

namespace Vantage.Host.Access;

/// <summary>The record of who looked at whose track, allowed or not. Written before anything is shown.</summary>
internal sealed class AccessRecord(IAccounts accounts, TimeProvider time)
{
    /// <summary>Entries that are written at once, so that the journal writes them together.</summary>
    private const int AtOnce = 64;

    /// <exception cref="IOException">It could not be written: then nothing may be shown either.</exception>
    public ValueTask AllowedAsync(Caller caller, string right, string subject, string detail, CancellationToken cancelled)
        => WriteAsync(caller, right, subject, detail, allowed: true, cancelled);

    /// <summary>An entry for each of several subjects.</summary>
    /// <inheritdoc cref="AllowedAsync(Caller, string, string, string, CancellationToken)"/>
    public async Task AllowedAsync(Caller caller, string right, IEnumerable<string> subjects, string detail, CancellationToken cancelled)
    {
        foreach (var some in subjects.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(subject => AllowedAsync(caller, right, subject, detail, cancelled).AsTask()));
        }
    }

    public ValueTask DeniedAsync(Caller caller, string right, string subject, CancellationToken cancelled)
        => WriteAsync(caller, right, subject, null, allowed: false, cancelled);

    private ValueTask WriteAsync(Caller caller, string right, string subject, string? detail, bool allowed, CancellationToken cancelled)
        => accounts.AuditAsync(
            new AuditEntry(0, time.GetUtcNow(), caller.Who, caller.Post, right, subject, detail, allowed), cancelled);
}
