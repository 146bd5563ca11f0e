namespace Vantage.Host.Tests;

/// <summary>A clock that can be put forward; what waits for a time to pass waits for the real one.</summary>
internal sealed class ForwardTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
