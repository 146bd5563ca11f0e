using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Vantage.Host.People;

namespace Vantage.Host.Wall;

/// <summary>All connected screens. Ends those whose session, token or post is no longer what it was.</summary>
internal sealed class Screens
{
    private readonly ConcurrentDictionary<string, Screen> _screens = new(StringComparer.Ordinal);

    public Screens(CallerDirectory callers, AccountBook book)
    {
        callers.SessionEnded += session => _ = EndAsync(screen => screen.Caller.Session == session, "signed-out");
        book.Changed += who => _ = EndAsync(screen => screen.Caller.Who == who, "rights-changed");
    }

    public IEnumerable<Screen> All => _screens.Values;

    public int Count => _screens.Count;

    public void Add(Screen screen) => _screens[screen.Id] = screen;

    public Screen? Find(string connection) => _screens.GetValueOrDefault(connection);

    public void Remove(string connection) => _screens.TryRemove(connection, out _);

    /// <summary>Says good-bye to some screens and ends their connections; one that does not listen is ended all the same.</summary>
    public async Task EndAsync(Func<Screen, bool> which, string code)
    {
        foreach (var screen in All.Where(which))
        {
            var told = screen.Client.SendAsync("notice", new Notice(code == "restarting" ? "info" : "warning", code));
            await Task.WhenAny(told, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
            screen.Abort();
        }
    }
}

internal sealed record Notice(string Level, string Code);
