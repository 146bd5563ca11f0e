using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.People;

namespace Vantage.Host.WallScreens;

/// <summary>How a wall screen is kept: as a token with one right, written <c>screen@hall/left</c>, or <c>screen@</c> for one on no stage.</summary>
/// <remarks>No other token can have a right with an @ in it: the role table refuses such keys.</remarks>
internal static class ScreenTokens
{
    private const string Prefix = "screen@";

    public static bool IsOne(ApiToken token) => PlaceOf(token) is not null;

    /// <summary>Where a wall screen stands; null: the token is a program's.</summary>
    public static WallPlace? PlaceOf(ApiToken token)
    {
        if (token.Rights is not [{ } right] || !right.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        return right[Prefix.Length..].Split('/') is [var stage, var screen] ? new WallPlace(stage, screen) : new WallPlace(null, null);
    }

    /// <summary>A new one; what it shows to be let in is given beside.</summary>
    public static (ApiToken Token, string Text) Make(string name, WallPlace place, DateTimeOffset now, string by)
    {
        var secret = Secrets.NewSecret();
        var right = place is { Stage: { } stage, Screen: { } screen } ? $"{Prefix}{stage}/{screen}" : Prefix;
        var token = new ApiToken(Secrets.NewId(), name, [right], Secrets.HashOf(secret), now, by);
        return (token, Secrets.Write(token.Id, secret));
    }
}
