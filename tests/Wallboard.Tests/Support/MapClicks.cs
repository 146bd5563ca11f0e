using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Vantage.Wallboard.Tests;

/// <summary>Taps on what the map draws, which has no elements of its own.</summary>
internal static class MapClicks
{
    private const int MostTries = 25;

    /// <summary>Shows the cameras and taps one that has a picture and that no unit stands on.</summary>
    public static async Task OpenCameraAsync(WallPage wall, WallApi api)
    {
        var button = wall.Locator(".map-tools .segmented button", "探头");
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        var cameras = await api.ListAsync("/api/cameras");
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        var card = wall.Locator(".stage-cards .card", "类别");
        var tries = 0;
        (double X, double Y) PlaceOf(JsonNode camera) => wall.Hub.Area!.Project((double)camera["lon"]!, (double)camera["lat"]!, box.Width, box.Height);
        // One that is offline has but an old picture, and one of a test's own may have none.
        var silent = cameras.Where(camera => (string?)camera["state"] != "online" || (string?)camera["source"] == "试验").ToList();
        foreach (var camera in cameras.Except(silent))
        {
            var (x, y) = PlaceOf(camera);
            if (await IsOnMapAsync(wall, box.X + x, box.Y + y) && IsClear(wall, x, y, box) && !silent.Select(PlaceOf).Any(other => AreClose(other, (x, y))))
            {
                await wall.Page.Mouse.ClickAsync((float)(box.X + x), (float)(box.Y + y));
                if (await ComesAsync(card))
                {
                    return;
                }

                Assert.True(++tries < MostTries, $"{tries} cameras were tapped, and no card of a camera came.");
            }
        }

        Assert.Fail("No camera stands free on the map.");
    }

    /// <summary>Whether a point of the page is the map itself, and no card above it.</summary>
    public static Task<bool> IsOnMapAsync(WallPage wall, double x, double y) => wall.Page.EvaluateAsync<bool>(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('.map-canvas') != null", new[] { x, y });

    /// <summary>Units are taken before cameras: none may be within a thumb's reach.</summary>
    private static bool IsClear(WallPage wall, double x, double y, LocatorBoundingBoxResult box) => wall.Hub.Units.Values.All(unit =>
    {
        var (unitX, unitY) = wall.Hub.Area!.Project(unit.Longitude / 1e7, unit.Latitude / 1e7, box.Width, box.Height);
        return !AreClose((unitX, unitY), (x, y));
    });

    private static bool AreClose((double X, double Y) a, (double X, double Y) b) => Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y)) <= 30;

    private static async Task<bool> ComesAsync(ILocator card)
    {
        try
        {
            await card.WaitForAsync(new() { Timeout = 3_000 });
            return true;
        }
        catch (TimeoutException)
        {
            return false; // The cameras may not have been drawn yet; the next one will be.
        }
    }
}
