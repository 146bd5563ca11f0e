using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Sqlite;

[Collection(nameof(Alone))]
public class MetricsTests
{
    [Fact(DisplayName = "Commits are measured under stable names: time, fixes, bytes, and what waits")]
    public async Task Commits_are_measured()
    {
        var seen = new ConcurrentBag<(string Name, string? Unit, double Value, string? File)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Vantage.Storage")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();

        using var folder = new TempFolder();
        using (var store = VantageStore.Open(folder.Path))
        {
            var batch = new PositionBatch();
            batch.Add(store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "1")), new Fix { TimeMs = 1 });
            batch.Add(0, new Fix { TimeMs = 2 });
            store.TrackLog.Start(frame => frame.Release());
            await store.TrackLog.CommitAsync(batch);
            await store.Accounts.WriteSettingAsync("a", "b");
            listener.RecordObservableInstruments();
        }

        Assert.Contains(seen, item => item is { Name: "vantage.storage.commit.duration", Unit: "s", Value: > 0, File: "log.db" });
        Assert.Contains(seen, item => item is { Name: "vantage.storage.commit.duration", File: "journal.db" });
        Assert.Contains(seen, item => item is { Name: "vantage.storage.commit.fixes", Unit: "{fix}", Value: 2 });
        Assert.Contains(seen, item => item is { Name: "vantage.storage.written", Unit: "By", Value: > 2 and < 100, File: "log.db" });
        Assert.Contains(seen, item => item is { Name: "vantage.storage.queue.fixes", Unit: "{fix}", Value: 0 });

        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? file = null;
            foreach (var (key, tag) in tags)
            {
                file = key == "file" ? (string?)tag : file;
            }

            seen.Add((instrument.Name, instrument.Unit, value, file));
        }
    }
}
