using Vantage.Actors.Units;

namespace Vantage.Actors.Tests.Units;

public class ActorIdTests
{
    [Theory(DisplayName = "Keys as people write them are free to use")]
    [InlineData("沪A12345")]
    [InlineData("沪AD12345")]
    [InlineData("沪A·12345学")]
    [InlineData("0132")]
    [InlineData("天山 一队")]
    [InlineData("...")]
    [InlineData(".a")]
    [InlineData("𠮷野家-é-ñ")]
    [InlineData("🚓")]
    public void Good(string key)
    {
        Assert.Null(ActorId.FaultOf(key));
        Assert.Null(ActorId.FaultOfUnit($"vehicle/{key}"));
        Assert.True(ActorId.TryCreate("vehicle", key, out _));
    }

    [Theory(DisplayName = "A key that cannot be told from another, or cannot be in a path, is ill-formed, and the reason says why")]
    [InlineData("", "1 to 64")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x", "1 to 64")]
    [InlineData(".", "'.'")]
    [InlineData("..", "'..'")]
    [InlineData("a/b", "'/'")]
    [InlineData(" a", "spaces")]
    [InlineData("a\u3000", "spaces")]
    [InlineData("a\u0000", "U+0000")]
    [InlineData("沪A\u202E54321", "U+202E")]
    [InlineData("\uFEFF沪A12345", "U+FEFF")]
    [InlineData("沪A\u200B12345", "U+200B")]
    [InlineData("a\u2028b", "U+2028")]
    [InlineData("a\U000E0041b", "U+E0041")]
    public void Bad(string key, string reason) => Assert.Contains(reason, ActorId.FaultOf(key), StringComparison.Ordinal);

    // Not a theory: a test's arguments are written as text, and half a pair cannot be.
    [Fact(DisplayName = "Half a surrogate pair is no character")]
    public void Half_a_pair()
    {
        Assert.NotNull(ActorId.FaultOf("a\uD800"));
        Assert.NotNull(ActorId.FaultOf("\uDC00a"));
    }

    [Theory(DisplayName = "A unit's id begins with the kind of a unit")]
    [InlineData("沪A12345")]
    [InlineData("/1")]
    [InlineData("camera/1")]
    [InlineData("tank/1")]
    [InlineData("Vehicle/1")]
    public void No_unit(string id) => Assert.Contains("officer, vehicle, drone", ActorId.FaultOfUnit(id), StringComparison.Ordinal);

    [Fact(DisplayName = "What is ill-formed and stored already is read as before, known, and given to nothing new")]
    public void Stored_before()
    {
        const string Old = "vehicle/沪A\u202E54321";
        var units = new UnitDirectory(new Engine.MemoryLog(), registrationIsOpen: true);
        Assert.False(units.TryFindOrRegisterUnit(Old, out _));

        units.Apply(new UnitRegistered(Old, DateTimeOffset.UnixEpoch, "老车", null, null, []));

        Assert.True(units.TryFindOrRegisterUnit(Old, out var number));
        Assert.Equal(Old, units.Get(number).IdText);
    }
}
