namespace Vantage.Host.Access;

/// <summary>The right that an endpoint or hub method needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RightAttribute(string right) : Attribute
{
    public string Right { get; } = right;

    /// <summary>Programs on the same machine need no right: a scraper of metrics.</summary>
    public bool LoopbackIsEnough { get; init; }

    /// <summary>A wall screen may too, for what its own place on a wall shows: the method itself looks whether it does.</summary>
    public bool WallScreensToo { get; init; }

    public bool IsFor(Caller caller) => (WallScreensToo && caller.IsWallScreen) || AccessPolicy.Authorize(caller, Right, Subject.Some);
}

/// <summary>The endpoint is for everybody, and why.</summary>
internal sealed record OpenToStrangers(string Why);

/// <summary>Wall screens may call the endpoint though it is no GET, and why: it changes nothing that anybody entered.</summary>
internal sealed record OpenToWallScreens(string Why);

internal static class AccessEndpointExtensions
{
    /// <summary>States the right that callers need; it is checked before the endpoint runs.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string right, bool wallScreensToo = false)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.WithMetadata(new RightAttribute(right) { WallScreensToo = wallScreensToo });

    /// <summary>States that wall screens may call it though it is no GET, and why that changes nothing.</summary>
    public static TBuilder IsForWallScreensToo<TBuilder>(this TBuilder endpoint, string why)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.WithMetadata(new OpenToWallScreens(why));

    /// <summary>States that strangers may call it, and why that is right.</summary>
    public static TBuilder IsOpen<TBuilder>(this TBuilder endpoint, string why)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.WithMetadata(new OpenToStrangers(why));
}
