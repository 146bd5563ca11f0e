namespace Vantage.Devices.Jt808.Sessions;

/// <summary>The terminals that have made themselves known on one connection, and the codes that were wrong.</summary>
internal sealed class Jt808KnownTerminals(Jt808Gateway gateway, IJt808Outbox outbox)
{
    private readonly Dictionary<Jt808Phone, Jt808Terminal> _terminals = [];
    private readonly Dictionary<Jt808Phone, int> _refusedCodes = [];

    public int Count => _terminals.Count;

    public IEnumerable<Jt808Terminal> All => _terminals.Values;

    /// <summary>How many numbers have shown a wrong code and no right one since.</summary>
    public int RefusedCount => _refusedCodes.Count;

    /// <summary>Since when the connection has carried nobody, when <see cref="Count"/> is 0: a timestamp of the gateway's clock.</summary>
    public long StrangerSince { get; private set; } = gateway.Time.GetTimestamp();

    /// <summary>From now on the terminal's number alone is not enough.</summary>
    /// <returns>How many wrong codes it has shown since the last right one.</returns>
    public int RefuseCode(Jt808Phone phone)
    {
        Leave(phone);
        return _refusedCodes[phone] = _refusedCodes.GetValueOrDefault(phone) + 1;
    }

    /// <summary>The terminal has the right code.</summary>
    public void AcceptCode(Jt808Phone phone) => _refusedCodes.Remove(phone);

    /// <summary>Whether the terminal may report, and for which unit.</summary>
    public bool IsKnown(in Jt808Incoming message, out int unit)
    {
        if (!TryFindUnit(message.Phone, out unit))
        {
            return false;
        }

        return gateway.Options.RequireAuthentication ? _terminals.ContainsKey(message.Phone) : !_refusedCodes.ContainsKey(message.Phone);
    }

    /// <summary>Asked every time, so that a change of the directory counts at once; it is lock-free.</summary>
    public bool TryFindUnit(Jt808Phone phone, out int unit)
    {
        Span<char> digits = stackalloc char[20];
        return gateway.Directory.TryFindDevice(Jt808Gateway.Protocol, phone.Format(digits), out unit);
    }

    /// <summary>The terminal becomes known, or stays so; null when the connection carries too many.</summary>
    public Jt808Terminal? Enter(in Jt808Incoming message)
    {
        if (_terminals.TryGetValue(message.Phone, out var terminal))
        {
            terminal.Form = message.Form;
            return terminal;
        }

        if (_terminals.Count >= gateway.Options.MaxTerminalsPerConnection)
        {
            return null;
        }

        terminal = new(message.Phone, message.Form, outbox);
        _terminals.Add(message.Phone, terminal);
        gateway.Sessions.Enter(terminal);
        return terminal;
    }

    public void Leave(Jt808Phone phone)
    {
        if (_terminals.Remove(phone, out var terminal))
        {
            gateway.Sessions.Leave(terminal);
            StrangerSince = gateway.Time.GetTimestamp();
        }
    }
}
