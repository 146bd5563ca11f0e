using Vantage.Actors.People;

namespace Vantage.Host.Access;

/// <summary>The record of who looked at whose track, allowed or not. Written before anything is shown.</summary>
internal sealed class AccessRecord(IAccounts accounts, TimeProvider time)
{
    /// <exception cref="IOException">It could not be written: then nothing may be shown either.</exception>
    public ValueTask AllowedAsync(Caller caller, string right, string subject, string detail, CancellationToken cancelled)
        => WriteAsync(caller, right, subject, detail, allowed: true, cancelled);

    public ValueTask DeniedAsync(Caller caller, string right, string subject, CancellationToken cancelled)
        => WriteAsync(caller, right, subject, null, allowed: false, cancelled);

    private ValueTask WriteAsync(Caller caller, string right, string subject, string? detail, bool allowed, CancellationToken cancelled)
        => accounts.AuditAsync(
            new AuditEntry(0, time.GetUtcNow(), caller.Who, caller.Post, right, subject, detail, allowed), cancelled);
}
