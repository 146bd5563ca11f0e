using System.Diagnostics;
using Vantage.Actors.Tests.Runtime;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Zones;

public class ZoneBehaviourTests
{
    private readonly ZoneBehaviour _zone = new();
    private readonly FakeContext _context;

    public ZoneBehaviourTests() => _context = new FakeContext(_zone, "zone/z");

    [Fact(DisplayName = "A zone is defined, changed, ended and defined again: versions count on")]
    public void Life()
    {
        Assert.Equal(new ZoneReceipt(1, IsNew: true), _context.Send(new DefineZone("a", "Asia/Shanghai", null)));
        Assert.Equal(new ZoneDefined("z", 1, _context.Now, _context.Now, "a", "Asia/Shanghai"), _context.Recorded[^1]);
        Assert.Equal(new ZoneReceipt(2, IsNew: false), _context.Send(new DefineZone("b", "Asia/Shanghai", null)));
        Assert.Equal(new ZoneReceipt(3, IsNew: false), _context.Send(new EndZone()));
        Assert.Equal(new ZoneEnded("z", 3, _context.Now, _context.Now), _context.Recorded[^1]);
        Assert.Equal(new ZoneReceipt(4, IsNew: true), _context.Send(new DefineZone("b", "Asia/Shanghai", null)));
        Assert.Equal(_context.Recorded, _context.Published);
    }

    [Fact(DisplayName = "What is not there cannot be ended, and ending twice is a retry")]
    public void Nothing_to_end()
    {
        Assert.Equal(new ZoneReceipt(0, IsNew: true), _context.Send(new EndZone()));
        _context.Send(new DefineZone("a", "Asia/Shanghai", null));
        _context.Send(new EndZone());
        _context.Recorded.Clear();
        Assert.Equal(0, Assert.IsType<ZoneReceipt>(_context.Send(new EndZone())).Version);
        Assert.Empty(_context.Recorded);
    }

    [Fact(DisplayName = "The same definition again is a retry, also with a time finer than a millisecond; another time is a new version")]
    public void Retries()
    {
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(12_345);
        _context.Send(new DefineZone("a", "Asia/Shanghai", from));
        Assert.Equal(new ZoneReceipt(1, IsNew: false), _context.Send(new DefineZone("a", "Asia/Shanghai", from)));
        Assert.Equal(new ZoneReceipt(1, IsNew: false), _context.Send(new DefineZone("a", "Asia/Shanghai", null)));
        Assert.Single(_context.Recorded);
        Assert.Equal(new ZoneReceipt(2, IsNew: false), _context.Send(new DefineZone("a", "Asia/Shanghai", from.AddDays(1))));
    }

    [Fact(DisplayName = "The same definition in another time zone is a new version; a journal that does not say speaks of Shanghai")]
    public void Time_zones()
    {
        _zone.Apply(new ZoneDefined("z", 1, _context.Now, _context.Now, "a"));
        Assert.Equal(new ZoneReceipt(1, IsNew: false), _context.Send(new DefineZone("a", "Asia/Shanghai", null)));
        Assert.Equal(new ZoneReceipt(2, IsNew: false), _context.Send(new DefineZone("a", "Europe/Berlin", null)));
        Assert.Equal(new ZoneReceipt(2, IsNew: false), _context.Send(new DefineZone("a", "Europe/Berlin", null)));
        Assert.Equal("Europe/Berlin", Assert.IsType<ZoneDefined>(Assert.Single(_context.Recorded)).TimeZone);
    }

    [Fact(DisplayName = "Messages and events it has no rule for are refused loudly")]
    public void The_unknown()
    {
        Assert.Throws<UnreachableException>(() => _zone.Receive("?", _context));
        Assert.Throws<UnreachableException>(() => _zone.Apply("?"));
    }
}
