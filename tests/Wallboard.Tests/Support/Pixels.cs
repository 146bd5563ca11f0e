using System.Diagnostics;

namespace Vantage.Wallboard.Tests;

/// <summary>What only the picture tells: the map draws on a canvas that has no elements.</summary>
internal static class Pixels
{
    /// <summary>A line of three pixels' width, a few dozen pixels long: no marker or button that comes and goes is as large.</summary>
    private const int LeastOfTrail = 80;

    /// <summary>The trail is cyan, fainter where it is older.</summary>
    private const string CountCyan =
        """
        async (picture) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (each) => each.charCodeAt(0))]))
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          context.drawImage(bitmap, 0, 0)
          const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
          let count = 0
          for (let at = 0; at < data.length; at += 4) {
            const [red, green, blue] = [data[at], data[at + 1], data[at + 2]]
            count += blue > 120 && blue > green && green - red > 0.35 * blue && blue - green < 0.3 * blue ? 1 : 0
          }
          return count
        }
        """;

    public static async Task<int> InTrailsColourAsync(WallPage wall)
    {
        var picture = await wall.Locator(".map").ScreenshotAsync();
        return await wall.Page.EvaluateAsync<int>(CountCyan, Convert.ToBase64String(picture));
    }

    public static async Task UntilTrailIsDrawnAsync(WallPage wall, int without)
    {
        var waited = Stopwatch.StartNew();
        var now = 0;
        while ((now = await InTrailsColourAsync(wall)) < without + LeastOfTrail)
        {
            Assert.True(waited.ElapsedMilliseconds < WallPage.Patience, $"{now} pixels in the trail's colour, {without} without a trail.");
        }
    }
}
