using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Vantage.Wallboard.Tests;

/// <summary>One page of the wall, with what it says to the network kept beside it.</summary>
public sealed class WallPage : IAsyncDisposable
{
    /// <summary>For what the host or the browser has to come up with first; generous, as two busy cores draw the map as well.</summary>
    public const float Patience = 120_000;

    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly ConcurrentDictionary<string, byte> _hosts = new();

    private WallPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, _address) = (context, page, address);
        page.Request += (_, request) => Note(request.Url);
        page.PageError += (_, error) => Errors.Enqueue(error);
        page.WebSocket += (_, socket) =>
        {
            Note(socket.Url);
            socket.FrameReceived += (_, frame) => Hub.Receive(frame.Text);
            socket.FrameSent += (_, frame) => Hub.Send(frame.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>What the page and the host say to each other.</summary>
    public HubTraffic Hub { get; } = new();

    /// <summary>Exceptions that nothing on the page caught.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    public void AssertNoErrors() => Assert.True(Errors.IsEmpty, string.Join('\n', Errors));

    /// <summary>Every host that the page asked for anything, with its port.</summary>
    public IReadOnlyCollection<string> Hosts => [.. _hosts.Keys];

    /// <param name="sharp">Drawn pixel for pixel. Else a pixel is two wide and two high: laid out alike, and a quarter of the drawing for the processor.</param>
    internal static async Task<WallPage> OpenAsync(IBrowser browser, Uri address, int width, int height, bool sharp)
    {
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = sharp ? 1 : 0.5f,
            Locale = "zh-CN",
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        return new WallPage(context, await context.NewPageAsync(), address);
    }

    public ILocator Locator(string selector, string? hasText = null) => Page.Locator(selector, new() { HasText = hasText });

    public Task GoAsync(string path = "") => Page.GotoAsync(new Uri(_address, path).AbsoluteUri);

    /// <summary>Takes a post of the demonstration without the sign-in page, and waits for the live wall.</summary>
    public async Task EnterAsync(string user)
    {
        await SignInAsync(user);
        await GoAsync();
        await UntilLiveAsync();
    }

    /// <summary>Takes a post of the demonstration, and opens nothing.</summary>
    /// <param name="password">Of an account that is none of the demonstration's.</param>
    public async Task SignInAsync(string user, string? password = null)
    {
        object who = password is null ? new { user } : new { user, password };
        var answer = await _context.APIRequest.PostAsync(new Uri(_address, "/api/session").AbsoluteUri, new() { DataObject = who });
        Assert.True(answer.Ok, $"Signing in as {user}: {answer.Status}");
    }

    /// <summary>Connected, with units listed and the host told of the map's area.</summary>
    public async Task UntilLiveAsync()
    {
        await Locator(".link-mark[data-state=live]").WaitForAsync();
        await Locator(".unit-row").First.WaitForAsync();
        await Locator(".figure-value").First.WaitForAsync();
        await UntilAsync(() => Hub.Area is not null && Hub.Units.Count > 0, "the first frame with units");
    }

    /// <summary>The text that a person can read, attributes that are shown or spoken included.</summary>
    public Task<string> TextAsync() => Page.EvaluateAsync<string>(
        """
        () => [document.title, document.body.innerText, ...[...document.querySelectorAll('[title],[aria-label],[placeholder],[alt]')]
          .flatMap((each) => ['title', 'aria-label', 'placeholder', 'alt'].map((name) => each.getAttribute(name) ?? ''))].join('\n')
        """);

    /// <summary>Keeps what is seen as a picture beside the tests' results. A page that draws all the time has to be given more than its share of time.</summary>
    public Task ShootAsync(string name) => Page.ScreenshotAsync(new()
    {
        Path = Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots", name + ".png"),
        Timeout = 3 * Patience,
    });

    /// <summary>Waits for something that the page tells by its traffic alone.</summary>
    public static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    /// <summary>Waits for something that has to be asked for.</summary>
    /// <param name="rounds">How many times longer than for what comes at once.</param>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string what, int rounds = 1)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(rounds * Patience));
        while (!await isSo())
        {
            Assert.False(timeout.IsCancellationRequested, $"Waited {rounds * Patience} ms for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    /// <summary>Looks until nothing is wrong, for a few seconds: news may come between a change and its layout, and a flaw is one that stays.</summary>
    public async Task<T> LastingAsync<T>(Func<Task<T>> look, Func<T, bool> isWell)
    {
        var seen = await look();
        for (var i = 0; i < 20 && !isWell(seen); i++)
        {
            await Page.WaitForTimeoutAsync(250);
            seen = await look();
        }

        return seen;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Note(string url)
    {
        // What starts with data: or blob: is made by the page itself.
        if (new Uri(url) is { Scheme: "http" or "https" or "ws" or "wss" } uri)
        {
            _hosts.TryAdd(uri.Authority, 0);
        }
    }
}
