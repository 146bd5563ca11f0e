using System.Globalization;
using System.Security.Cryptography;
using Vantage.Host.People;

namespace Vantage.Host.WallScreens;

/// <summary>A code that a screen shows, and the secret by which the screen alone learns what became of it.</summary>
internal sealed record ScreenCode(string Code, string Secret, DateTimeOffset ExpiresAt);

/// <summary>What a code can be used for at this moment.</summary>
internal enum CodeState
{
    /// <summary>There is none: it was never given, or its time is over.</summary>
    Unknown,
    Waiting,

    /// <summary>Somebody approved it, or is about to.</summary>
    Taken,
}

/// <summary>
/// The codes that screens show until somebody approves them, in memory: a screen asks for another when the host has forgotten it. After the device
/// flow of RFC 8628: what people type is short and lives for minutes; what the screen asks with is long and is never shown.
/// </summary>
/// <remarks>Strangers make these: there are never more than a few hundred, of one address fewer, and each lives for ten minutes.</remarks>
internal sealed class ScreenCodes(TimeProvider time)
{
    /// <summary>How many an address may ask for in a minute: a whole wall that is switched on asks at once.</summary>
    public const int PerMinute = 120;

    /// <summary>How many wrong codes a person may type within <see cref="Life"/>.</summary>
    public const int MostWrong = 10;

    private const int Most = 500;
    private const int MostOfAddress = 100;

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>A screen that asks more often than this is told to wait.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<DateTimeOffset>> _wrong = new(StringComparer.Ordinal);

    /// <summary>A new code; null: there are too many, of this address or in all.</summary>
    public ScreenCode? Begin(string address)
    {
        lock (_gate)
        {
            Sweep_NeedsLock();
            if (_codes.Count >= Most || _codes.Values.Count(entry => entry.Address == address) >= MostOfAddress)
            {
                return null;
            }

            var code = NewCode_NeedsLock();
            var begun = new ScreenCode(code, Secrets.NewSecret(), time.GetUtcNow() + Life);
            _codes[code] = new Entry(address, Secrets.HashOf(begun.Secret), begun.ExpiresAt);
            return begun;
        }
    }

    /// <summary>How long somebody who typed too many wrong codes has to wait; null: not at all.</summary>
    public TimeSpan? WaitOf(string who)
    {
        lock (_gate)
        {
            Sweep_NeedsLock();
            return _wrong.GetValueOrDefault(who) is { Count: >= MostWrong } wrong ? wrong.Peek() + Life - time.GetUtcNow() : null;
        }
    }

    /// <summary>Takes a code for one who approves it: of several at once one finds it waiting. A code that there is none of is counted against them.</summary>
    public CodeState Take(string code, string who)
    {
        lock (_gate)
        {
            Sweep_NeedsLock();
            if (!_codes.TryGetValue(code, out var entry))
            {
                if (!_wrong.TryGetValue(who, out var wrong))
                {
                    _wrong[who] = wrong = new Queue<DateTimeOffset>();
                }

                wrong.Enqueue(time.GetUtcNow());
                return CodeState.Unknown;
            }

            if (entry.IsTaken)
            {
                return CodeState.Taken;
            }

            entry.IsTaken = true;
            return CodeState.Waiting;
        }
    }

    /// <summary>Gives the screen that shows a code its token, or, when it came to none, lets others approve the code.</summary>
    public void Give(string code, string? token)
    {
        lock (_gate)
        {
            if (_codes.TryGetValue(code, out var entry))
            {
                (entry.Token, entry.IsTaken) = (token, token is not null);
            }
        }
    }

    /// <summary>
    /// What became of the code of a screen. One that is approved can be asked for again until its time is over: the answer may have been lost on
    /// its way. A wrong secret is answered like a code that there is none of.
    /// </summary>
    public (CodeState State, string? Token, bool IsTooFast) Ask(string code, string secret)
    {
        lock (_gate)
        {
            Sweep_NeedsLock();
            if (!_codes.TryGetValue(code, out var entry) || !Secrets.Matches(secret, entry.SecretHash))
            {
                return (CodeState.Unknown, null, false);
            }

            var (now, before) = (time.GetUtcNow(), entry.AskedAt);
            entry.AskedAt = now;
            return (entry.Token is null ? CodeState.Waiting : CodeState.Taken, entry.Token, now - before < LeastPause);
        }
    }

    private string NewCode_NeedsLock()
    {
        while (true)
        {
            var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
            if (!_codes.ContainsKey(code))
            {
                return code;
            }
        }
    }

    private void Sweep_NeedsLock()
    {
        var now = time.GetUtcNow();
        foreach (var (code, entry) in _codes)
        {
            if (entry.ExpiresAt <= now)
            {
                _codes.Remove(code);
            }
        }

        foreach (var (who, wrong) in _wrong)
        {
            while (wrong.TryPeek(out var at) && at + Life <= now)
            {
                wrong.Dequeue();
            }

            if (wrong.Count == 0)
            {
                _wrong.Remove(who);
            }
        }
    }

    private sealed class Entry(string address, string secretHash, DateTimeOffset expiresAt)
    {
        public string Address => address;

        public string SecretHash => secretHash;

        public DateTimeOffset ExpiresAt => expiresAt;

        public bool IsTaken { get; set; }

        public string? Token { get; set; }

        public DateTimeOffset AskedAt { get; set; }
    }
}
