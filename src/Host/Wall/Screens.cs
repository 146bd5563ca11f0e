using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Vantage.Actors.Replays;
using Vantage.Actors.Stages;
using Vantage.Host.People;

namespace Vantage.Host.Wall;

/// <summary>All connected screens. Ends those whose session, token or post is no longer what it was.</summary>
internal sealed class Screens
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<string, Screen> _screens = new(StringComparer.Ordinal);

    public Screens(CallerDirectory callers, AccountBook book)
    {
        callers.SessionEnded += session => _ = EndAsync(screen => screen.Caller.Session == session, "signed-out");
        book.Changed += who =>
        {
            _ = EndAsync(screen => screen.Caller.Who == who && !screen.Caller.IsWallScreen, "rights-changed");
            _ = EndAsync(screen => screen.Caller.Who == who && screen.Caller.IsWallScreen, "signed-out"); // It was withdrawn: it shows a code again.
        };
    }

    public IEnumerable<Screen> All => _screens.Values;

    public int Count => _screens.Count;

    public void Add(Screen screen) => _screens[screen.Id] = screen;

    public Screen? Find(string connection) => _screens.GetValueOrDefault(connection);

    public void Remove(string connection) => _screens.TryRemove(connection, out _);

    /// <summary>A replay's clock was set, or the replay closed: those who follow are told at once, not with the next frame.</summary>
    public void TellOfReplay(object delta, Func<string, Replay?> find, DateTimeOffset now)
    {
        var key = delta switch
        {
            ReplayClockSet set => set.Replay,
            ReplayClosed closed => closed.Replay,
            _ => null,
        };
        foreach (var screen in key is null ? [] : All)
        {
            screen.TellOfReplay(key!, find(key!), now);
        }
    }

    /// <summary>A stage was changed: those who joined it are told at once.</summary>
    public void TellOfStage(object delta, Func<string, Stage?> find)
    {
        if (StageDirectory.StageOf(delta) is { } key)
        {
            var stage = find(key);
            foreach (var screen in All)
            {
                screen.TellOfStage(key, stage);
            }
        }
    }

    /// <summary>Shows the others of a stage where the map of one looks while it moves. Who cannot take it is shown the next, or where it comes to rest.</summary>
    public void TellOfLook(string stage, Screen from, MapView view)
    {
        foreach (var screen in All.Where(screen => screen != from && screen.Seat?.Stage == stage))
        {
            screen.TellOfLook(view);
        }
    }

    /// <summary>Says good-bye to some screens and ends their connections; one that does not listen is ended all the same.</summary>
    public Task EndAsync(Func<Screen, bool> which, string code)
        => Task.WhenAll(All.Where(which).Select(screen => EndAsync(screen, new Notice("warning", code))));

    /// <summary>Tells all screens something; one that does not listen is waited for no longer than a second.</summary>
    public async Task TellAllAsync(string level, string code)
    {
        await Task.WhenAll(All.Select(screen => TellAsync(screen, new Notice(level, code))));
        await Task.Delay(Flush, TimeProvider.System); // The caller ends the connections next.
    }

    private static async Task EndAsync(Screen screen, Notice notice)
    {
        await TellAsync(screen, notice);
        await Task.Delay(Flush, TimeProvider.System); // What is written must still leave: aborting drops it.
        screen.Abort();
    }

    private static Task TellAsync(Screen screen, Notice notice)
        => Task.WhenAny(screen.Client.SendAsync("notice", notice), Task.Delay(LastWord, TimeProvider.System));
}

internal sealed record Notice(string Level, string Code);
