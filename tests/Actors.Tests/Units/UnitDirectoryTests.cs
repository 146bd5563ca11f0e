using Vantage.Actors.Tests.Engine;
using Vantage.Actors.Units;

namespace Vantage.Actors.Tests.Units;

public class UnitDirectoryTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly UnitDirectory _units = new(new MemoryLog(), registrationIsOpen: true);

    [Theory(DisplayName = "Leading zeros of a SIM number mean nothing; those of other keys do")]
    [InlineData("jt808", "013912345678", "13912345678", true)]
    [InlineData("jt808", "13912345678", "00000000013912345678", true)]
    [InlineData("osmand", "0123", "0123", true)]
    [InlineData("osmand", "0123", "123", false)]
    [InlineData("jt808", "139", "1390", false)]
    [InlineData("jt808", "0", "0", false)]
    public void Leading_zeros(string protocol, string registered, string asked, bool isFound)
    {
        Register("vehicle/a", new DeviceKey(protocol, registered));
        Assert.Equal(isFound, _units.TryFindDevice(protocol, asked, out _));
        Assert.False(_units.TryFindDevice(protocol == "jt808" ? "osmand" : "jt808", asked, out _));
    }

    [Fact(DisplayName = "A device that moves is found at its new unit; the old one giving it up does not take it along")]
    public void Moved_devices()
    {
        DeviceKey device = new("jt808", "1");
        Register("vehicle/a", device);
        Register("vehicle/b", device);
        Assert.Equal(Number("vehicle/b"), Find(device));

        Register("vehicle/a");
        Assert.Equal(Number("vehicle/b"), Find(device));
        Register("vehicle/b");
        Assert.False(_units.TryFindDevice("jt808", "1", out _));
    }

    [Fact(DisplayName = "[RULE-7] squads are dated: before the first entry it is that one")]
    public void Squads()
    {
        Register("vehicle/a", At, "x");
        Register("vehicle/a", At.AddDays(1), "x");
        Register("vehicle/a", At.AddDays(2), null);
        Register("vehicle/a", At.AddDays(3), "y");
        var unit = _units.Get(Number("vehicle/a"));
        var atMs = At.ToUnixTimeMilliseconds();

        Assert.Equal(3, unit.Squads.Length);
        Assert.Equal(
            ["x", "x", "x", null, "y"],
            new[] { atMs - 1, atMs, atMs + (2 * 86_400_000) - 1, atMs + (2 * 86_400_000), atMs + (3 * 86_400_000L) }.Select(unit.SquadAt));
        Assert.Equal("y", unit.Squad);
    }

    [Theory(DisplayName = "Open registration takes units by their first position, and only units")]
    [InlineData("vehicle/沪A12345", true)]
    [InlineData("officer/1", true)]
    [InlineData("drone/1", true)]
    [InlineData("camera/1", false)]
    [InlineData("tank/1", false)]
    [InlineData("vehicle", false)]
    [InlineData("vehicle/", false)]
    [InlineData("vehicle/a/b", false)]
    [InlineData("vehicle/ a", false)]
    public void Open(string id, bool isTaken)
    {
        Assert.Equal(isTaken, _units.TryFindOrRegisterUnit(id, out var number));
        if (isTaken)
        {
            Assert.False(_units.Get(number).IsRegistered);
            Assert.True(_units.TryFindOrRegisterUnit(id, out var again));
            Assert.Equal(number, again);
        }
    }

    [Fact(DisplayName = "Closed registration takes registered units alone, and keys have their longest")]
    public void Closed()
    {
        var units = new UnitDirectory(new MemoryLog(), registrationIsOpen: false);
        Assert.False(units.TryFindOrRegisterUnit("vehicle/a", out _));
        units.Apply(new UnitRegistered("vehicle/a", At, "a", null, null, []));
        Assert.True(units.TryFindOrRegisterUnit("vehicle/a", out var number));
        Assert.True(units.Get(number).IsRegistered);

        Assert.True(_units.TryFindOrRegisterUnit("vehicle/" + new string('a', 64), out _));
        Assert.False(_units.TryFindOrRegisterUnit("vehicle/" + new string('a', 65), out _));
    }

    [Fact(DisplayName = "A name in the journal that is no unit's is refused loudly")]
    public void Damaged() => Assert.Throws<InvalidDataException>(() => Register("nobody"));

    private void Register(string unit, params DeviceKey[] devices) => _units.Apply(new UnitRegistered(unit, At, unit, null, null, [.. devices]));

    private void Register(string unit, DateTimeOffset at, string? squad) => _units.Apply(new UnitRegistered(unit, at, unit, squad, null, []));

    private int Number(string unit) => _units.TryFindOrRegisterUnit(unit, out var number) ? number : -1;

    private int Find(DeviceKey device) => _units.TryFindDevice(device.Protocol, device.Key, out var unit) ? unit : -1;
}
