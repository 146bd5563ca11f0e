using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>A page's way to the hub, which can be cut while the rest of the host still answers.</summary>
internal sealed class HubLine
{
    private readonly WallPage _wall;
    private IWebSocketRoute? _open;
    private bool _isCut;

    private HubLine(WallPage wall) => _wall = wall;

    /// <summary>Loads the page again, with this between it and the hub.</summary>
    public static async Task<HubLine> ThroughAsync(WallPage wall)
    {
        var line = new HubLine(wall);
        await wall.Page.RouteWebSocketAsync("**/hubs/wall**", line.Connect);
        await wall.Page.ReloadAsync();
        await Expect(wall.Locator(".link-mark")).ToHaveAttributeAsync("data-state", "live");
        return line;
    }

    /// <summary>Ends the connection, and every further one until <see cref="Mend"/>. Waits until the page says so.</summary>
    public async Task CutAsync()
    {
        _isCut = true;
        await _open!.CloseAsync();
        await Expect(_wall.Locator(".link-mark")).Not.ToHaveAttributeAsync("data-state", "live");
    }

    public void Mend() => _isCut = false;

    private void Connect(IWebSocketRoute socket)
    {
        if (_isCut)
        {
            _ = socket.CloseAsync();
        }
        else
        {
            _open = socket;
            socket.ConnectToServer();
        }
    }
}
