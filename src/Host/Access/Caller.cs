using System.Security.Claims;
using Vantage.Actors.Runtime;

namespace Vantage.Host.Access;

/// <summary>Who is calling: a person at a post, or a program with a token.</summary>
/// <param name="Who">The user, or <c>token:{id}</c>.</param>
/// <param name="Name">As shown.</param>
/// <param name="Post">The key in the role table; null for a token.</param>
/// <param name="Squad">The squad to which rights "@squad" reach; from a post written <c>squad-room@tianshan</c>.</param>
/// <param name="Unit">The unit to which rights "@unit" reach; from a post written <c>officer@officer/0132</c>.</param>
/// <param name="Grants">The reach of each right held.</param>
internal sealed record Caller(
    string Who, string Name, string? Post, string? Squad, string? Unit, IReadOnlyDictionary<string, Reach> Grants)
{
    /// <summary>Nobody: a caller who is not signed in.</summary>
    public static Caller Stranger { get; } = new("", "", null, null, null, new Dictionary<string, Reach>(StringComparer.Ordinal));

    public bool IsStranger => ReferenceEquals(this, Stranger);

    /// <summary>The session or token that this caller came with: what is ended when it is signed out or deleted.</summary>
    public string? Session { get; init; }

    public string? Token { get; init; }

    /// <summary>Where on a wall it was approved for; null: it is no wall screen.</summary>
    public WallPlace? Wall { get; init; }

    /// <summary>A screen on a wall that nobody is signed in at. It looks, and changes nothing.</summary>
    public bool IsWallScreen => Wall is not null;

    public Origin Origin => new(Token is null ? Who : null, Post, Token, Name: Name);
}

/// <summary>Where a wall screen stands.</summary>
/// <param name="Stage">The key of its stage; null: on none. With it goes <paramref name="Screen"/>, the key of a screen of that stage.</param>
internal sealed record WallPlace(string? Stage, string? Screen);

/// <summary>The names of the claims that carry a session from sign-in to request.</summary>
internal static class CallerClaims
{
    public const string User = ClaimTypes.NameIdentifier;
    public const string Session = "vantage:session";
    public const string Stamp = "vantage:stamp";
    public const string Token = "vantage:token";
}
