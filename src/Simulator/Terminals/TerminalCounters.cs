namespace Vantage.Simulator.Terminals;

/// <summary>What a fleet's terminals have done so far. Thread-safe.</summary>
public sealed class TerminalCounters
{
    private long _sent;
    private long _acknowledged;
    private long _refused;
    private long _disconnections;
    private long _texts;

    /// <summary>Positions that went out, repetitions not counted.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Positions that the host said it has.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Positions that the host would not have.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connections that failed or broke, those that the scene wants broken not counted.</summary>
    public long Disconnections => Interlocked.Read(ref _disconnections);

    /// <summary>Texts of the dispatcher that terminals showed.</summary>
    public long Texts => Interlocked.Read(ref _texts);

    internal void OnSent(int count) => Interlocked.Add(ref _sent, count);

    internal void OnAnswered(int count, bool accepted) => Interlocked.Add(ref accepted ? ref _acknowledged : ref _refused, count);

    internal void OnDisconnected() => Interlocked.Increment(ref _disconnections);

    internal void OnText() => Interlocked.Increment(ref _texts);
}
