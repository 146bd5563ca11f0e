namespace Vantage.Devices.Jt808;

/// <summary>How the JT/T 808 gateway treats its terminals.</summary>
public sealed record Jt808Options
{
    /// <summary>The least length of <see cref="AuthKey"/>, in bytes.</summary>
    public const int MinAuthKeyLength = 16;

    /// <summary>
    /// The installation's own secret, 16 bytes or more, from which authentication codes are made. Keep it: with another key
    /// every terminal has to register again.
    /// </summary>
    public required ReadOnlyMemory<byte> AuthKey { get; init; }

    /// <summary>
    /// A registered device must show its code (or register on this connection) before it may report. Default: false, because many
    /// terminals skip both; a terminal that shows a wrong code is refused either way.
    /// </summary>
    public bool RequireAuthentication { get; init; }

    /// <summary>How long a connection may take to say something that counts. Default: 30 s.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a known terminal may be silent. Default: 5 min; must exceed the terminals' heartbeat.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one frame may take from its first byte to its last. Default: 30 s.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the peer may leave our replies unread. Default: 10 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often timeouts are looked at, and so their error. Default: 1 s.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Groups of messages that may wait to become durable before reading stops. Default: 4.</summary>
    public int MaxTurns { get; init; } = 4;

    /// <summary>Messages in one group. Default: 256. Larger saves writes to disk, and costs memory a connection.</summary>
    public int MaxMessagesPerTurn { get; init; } = 256;

    /// <summary>Frames in a row that are none before the connection is cut: it speaks another protocol. Default: 64.</summary>
    public int MaxBadFrames { get; init; } = 64;

    /// <summary>Wrong authentication codes of one terminal, without a right one between, before the connection is cut. Default: 8.</summary>
    public int MaxWrongCodes { get; init; } = 8;

    /// <summary>Bytes before the first frame before the connection is cut. Default: 4096.</summary>
    public int MaxJunkBytes { get; init; } = 4096;

    /// <summary>Terminals that may share one connection, behind a relay. Default: 4096.</summary>
    public int MaxTerminalsPerConnection { get; init; } = 4096;

    /// <summary>How long a terminal has to answer a command the first time; each further try waits longer. Default: 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a command is sent before it counts as unanswered. Default: 3.</summary>
    public int CommandAttempts { get; init; } = 3;

    /// <summary>
    /// How long after its last repetition an SOS counts as a new one, though the terminal never said that the old one ended.
    /// Default: 30 min.
    /// </summary>
    public TimeSpan SosQuietTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// When the gateway stops, how far apart connections are ended, so that whoever takes the terminals is not asked by all of them at once. Until its turn a
    /// terminal is served as before. Less where there are more than fit into <see cref="LongestLeave"/>. Default: 1.5 ms.
    /// </summary>
    public TimeSpan LeaveStep { get; init; } = TimeSpan.FromMilliseconds(1.5);

    /// <summary>When the gateway stops, how long the last connections stay at most. Default: 2 s.</summary>
    public TimeSpan LongestLeave { get; init; } = TimeSpan.FromSeconds(2);

    public Jt808ReassemblyOptions Reassembly { get; init; } = new();

    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    public void Validate()
    {
        List<string> errors = [];
        Check(AuthKey.Length >= MinAuthKeyLength, $"AuthKey has {AuthKey.Length} bytes; {MinAuthKeyLength} or more are needed.");
        foreach (var (name, value) in Spans())
        {
            Check(value > TimeSpan.Zero, $"{name} is {value}; it must be positive.");
        }

        Check(MaxTurns >= 1, $"MaxTurns is {MaxTurns}; it must be 1 or more.");
        Check(MaxMessagesPerTurn >= 1, $"MaxMessagesPerTurn is {MaxMessagesPerTurn}; it must be 1 or more.");
        Check(MaxWrongCodes >= 1, $"MaxWrongCodes is {MaxWrongCodes}; it must be 1 or more.");
        Check(CommandAttempts >= 1, $"CommandAttempts is {CommandAttempts}; it must be 1 or more.");
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", errors));
        }

        void Check(bool isRight, string error)
        {
            if (!isRight)
            {
                errors.Add(error);
            }
        }
    }

    private IEnumerable<(string Name, TimeSpan Value)> Spans() =>
    [
        (nameof(HelloTimeout), HelloTimeout), (nameof(IdleTimeout), IdleTimeout), (nameof(FrameTimeout), FrameTimeout),
        (nameof(WriteTimeout), WriteTimeout), (nameof(CheckEvery), CheckEvery), (nameof(CommandTimeout), CommandTimeout),
        (nameof(SosQuietTime), SosQuietTime), (nameof(LeaveStep), LeaveStep), (nameof(LongestLeave), LongestLeave),
    ];
}
