using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Startup;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Works hours of heat out anew from the tracks, by the rules by which fixes are counted as they come (HEAT-1, HEAT-2): for what storage cannot read any more.</summary>
/// <remarks>
/// Nothing may come in meanwhile: a fix that is late and counted while its hour is worked out would be in it twice, or not at all. So this is no request to a
/// host that runs, but a host of its own that listens to nobody. It has taken in all that was acknowledged before it begins.
/// </remarks>
internal sealed class HeatRebuild(Situation situation, HostSettings settings, TimeProvider time, TextWriter output)
{
    /// <summary>A bound on memory: of a city's hour there may be a million cells.</summary>
    private const int HoursAtOnce = 4;

    private const int NamedHours = 20;

    /// <summary>Starts such a host on the data, works out what is damaged or was asked for, and stops it.</summary>
    /// <param name="range">The range whose hours are all worked out, in milliseconds since 1970; null: those that are damaged.</param>
    /// <returns>Whether all of it could be done.</returns>
    /// <exception cref="StartRefusedException">There is no data; or what else keeps a host from starting.</exception>
    /// <exception cref="IOException">The data cannot be used, another host may be running on it; or storage refused. Hours that were told of are done.</exception>
    public static async Task<bool> RunAsync(
        HostSettings settings, IRuntimeModule runtime, (long FromMs, long ToMs)? range, TextWriter output, CancellationToken cancelled)
    {
        if (settings.Database is null && !File.Exists(Path.Combine(settings.DataFolder, "history.db")))
        {
            throw new StartRefusedException($"{settings.DataFolder} has no data of a host: name its folder, or its database, with --data.");
        }

        var parts = new HostParts((services, of) =>
        {
            Composition.AddParts(services, of, runtime);
            services.AddSingleton(provider => Composition.StoreOf(of, isShared: false, provider.GetRequiredService<ILogger<HeatRebuild>>()));
            services.AddSingleton<IServer, Nowhere>();
        });
        await using var app = VantageApp.Build(settings with { Jt808Port = 0 }, parts, TextWriter.Null);
        await app.StartAsync(cancelled);
        try
        {
            return await new HeatRebuild(app.Services.GetRequiredService<Situation>(), settings, app.Services.GetRequiredService<TimeProvider>(), output).RunAsync(range, cancelled);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    private async Task<bool> RunAsync((long FromMs, long ToMs)? range, CancellationToken cancelled)
    {
        var hours = range is { } asked
            ? [.. Enumerable.Range(HeatCube.HourOf(asked.FromMs), HeatCube.HourOf(asked.ToMs - 1) + 1 - HeatCube.HourOf(asked.FromMs))]
            : situation.History.DamagedHeat(int.MinValue, int.MaxValue);
        if (hours.Count == 0)
        {
            output.WriteLine("No hour of heat is damaged.");
            return true;
        }

        var possible = hours.Where(HasTracks).ToList();
        output.WriteLine(
            (range is null ? $"{hours.Count} hours of heat are damaged" : $"{hours.Count} hours of heat")
            + $": {string.Join(", ", hours.Take(NamedHours).Select(Name))}{(hours.Count > NamedHours ? ", …" : "")}");
        if (possible.Count < hours.Count)
        {
            output.WriteLine($"{hours.Count - possible.Count} of them are left as they are: of their time tracks are no longer kept. A backup may have them.");
        }

        var isWhole = possible.Count == hours.Count;
        foreach (var (from, to) in Stretches(possible))
        {
            isWhole &= await ReplaceAsync(from, to, areDamaged: range is null, cancelled);
        }

        return isWhole;
    }

    /// <returns>Whether it could be done: heat that can be read is not given for one of tracks that cannot.</returns>
    private async Task<bool> ReplaceAsync(int from, int to, bool areDamaged, CancellationToken cancelled)
    {
        Dictionary<(int Hour, ulong Cell), (int Fixes, long PresenceMs)> cells = [];
        var unreadable = await TracksHeat.ReadAsync(situation, situation.Units.All, from, to, Add, cancelled);
        if (unreadable > 0 && !areDamaged)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Name(from)} to {Name(to)}: left as it is, as storage cannot read {unreadable} fixes (TRK-8) that may have been counted"));
            return false;
        }

        situation.History.ReplaceHeat(from, to, [.. cells.Select(cell => new HeatDelta(cell.Key.Hour, cell.Key.Cell, cell.Value.Fixes, cell.Value.PresenceMs))]);
        var lost = unreadable > 0 ? $"; {unreadable} fixes that storage cannot read (TRK-8) are not among them" : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Name(from)} to {Name(to)}: {cells.Values.Sum(cell => (long)cell.Fixes)} fixes in {cells.Count} cells of an hour{lost}"));
        return true;

        void Add(HeatDelta delta)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, (delta.Hour, delta.Cell), out _);
            sum = (sum.Fixes + delta.Fixes, sum.PresenceMs + delta.PresenceMs);
        }
    }

    private bool HasTracks(int hour) => settings.KeptFromMs((hour * HeatCube.HourMs) - HeatCube.MaxPresenceMs, time.GetUtcNow()) is null;

    private static string Name(int hour) => WireTime.Write(hour * HeatCube.HourMs);

    /// <summary>Hours that follow one another, some at a time, as [from, to).</summary>
    private static IEnumerable<(int From, int To)> Stretches(IReadOnlyList<int> hours)
    {
        for (var first = 0; first < hours.Count;)
        {
            var end = first + 1;
            while (end < hours.Count && end - first < HoursAtOnce && hours[end] == hours[end - 1] + 1)
            {
                end++;
            }

            yield return (hours[first], hours[end - 1] + 1);
            first = end;
        }
    }

    /// <summary>A server that nobody reaches.</summary>
    private sealed class Nowhere : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
