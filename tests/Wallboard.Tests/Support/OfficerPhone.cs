using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Vantage.Wallboard.Tests;

/// <summary>The officer's page on a phone: small, touched, without network when the test says so, and where the test says.</summary>
public sealed class OfficerPhone : IAsyncDisposable
{
    public const int Width = 390;
    public const int Height = 844;

    private readonly Uri _address;

    private OfficerPhone(IBrowserContext context, IPage page, Uri address)
    {
        (Context, Page, _address) = (context, page, address);
        page.PageError += (_, error) => Errors.Enqueue(error);
        page.Request += (_, request) => Requests.Enqueue($"{request.Method} {new Uri(request.Url).AbsolutePath}");
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Exceptions that nothing on the page caught.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>All that the page asked for or sent, such as <c>POST /api/positions</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    internal static async Task<OfficerPhone> OpenAsync(IBrowser browser, Uri address)
    {
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = Width, Height = Height },
            DeviceScaleFactor = 2,
            IsMobile = true,
            HasTouch = true,
            Locale = "zh-CN",
            Permissions = ["geolocation"],
            Geolocation = new() { Longitude = 121.4f, Latitude = 31.2f, Accuracy = 9 },
        });
        context.SetDefaultTimeout(WallPage.Patience);
        context.SetDefaultNavigationTimeout(WallPage.Patience);
        return new OfficerPhone(context, await context.NewPageAsync(), address);
    }

    public ILocator Locator(string selector, string? hasText = null) => Page.Locator(selector, new() { HasText = hasText });

    public ILocator Order(string incident) => Page.Locator($".officer-order[data-incident='{incident}']");

    public Task GoAsync(string path = "/m/") => Page.GotoAsync(new Uri(_address, path).AbsoluteUri);

    /// <summary>Makes a unit and its officer, signs in, and waits for the page.</summary>
    internal async Task EnterAsync(WallApi admin, string key, string name)
    {
        await admin.PutAsync($"/api/units/officer/{key}", new { name, squad = "tianshan" });
        await admin.PutAsync($"/api/accounts/{key}", new { name, post = $"officer@officer/{key}", password = "long enough" });
        await GoAsync();
        await Locator("input[name=user]").FillAsync(key);
        await Locator("input[name=password]").FillAsync("long enough");
        await Locator("button[type=submit]").ClickAsync();
        await Locator(".officer-duty").WaitForAsync();
    }

    public async Task GoOnDutyAsync()
    {
        await Locator(".officer-duty button", "上岗").ClickAsync();
        await Assertions.Expect(Locator(".officer-duty")).ToContainTextAsync("上报位置");
    }

    public Task MoveAsync(double longitude, double latitude = 31.2) => Context.SetGeolocationAsync(new()
    {
        Longitude = (float)longitude,
        Latitude = (float)latitude,
        Accuracy = 9,
    });

    /// <summary>A touch that stays.</summary>
    public async Task HoldAsync(ILocator what, int milliseconds)
    {
        var box = (await what.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.WaitForTimeoutAsync(milliseconds);
        await Page.Mouse.UpAsync();
    }

    /// <summary>What is cut off, wider than the phone, or too faint to be read in the sun: nothing should be.</summary>
    public Task<string[]> FlawsAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          const flaws = []
          if (document.documentElement.scrollWidth > innerWidth) flaws.push(`the page is ${document.documentElement.scrollWidth} wide`)
          const numbers = (colour) => colour.match(/[\d.]+/g).map(Number)
          const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0)
          const behind = (element) => {
            for (let at = element; at !== null; at = at.parentElement) {
              const colour = numbers(getComputedStyle(at).backgroundColor)
              if (colour.length === 3 || colour[3] > 0.9) return colour
            }
            return [8, 12, 18]
          }
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            const element = node.parentElement
            const box = element.getBoundingClientRect()
            if (node.data.trim() === '' || box.width === 0 || ['SCRIPT', 'STYLE', 'TITLE', 'TEXTAREA'].includes(element.tagName) || !element.checkVisibility()) continue
            if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && getComputedStyle(element).overflowX !== 'visible') flaws.push(`cut: ${node.data.trim()}`)
            if (box.right > innerWidth + 0.5 || box.left < -0.5) flaws.push(`outside: ${node.data.trim()}`)
            const [text, ground] = [light(numbers(getComputedStyle(element).color)), light(behind(element))]
            const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05)
            if (contrast < 7 && element.closest(':disabled') === null) flaws.push(`${contrast.toFixed(1)}:1 ${node.data.trim()}`)
          }
          for (const button of document.querySelectorAll('button, a.big, summary, input:not([type=file])')) {
            const box = button.getBoundingClientRect()
            if (button.checkVisibility() && box.height > 0 && box.height < 44) flaws.push(`small: ${button.textContent}`)
          }
          return flaws
        }
        """);

    /// <summary>Keeps what the phone shows, in the folder that VANTAGE_SCREENSHOTS names, for people to look at.</summary>
    public async Task ShowAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("VANTAGE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.EvaluateAsync("() => scrollTo(0, 0)");
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"officer-{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
