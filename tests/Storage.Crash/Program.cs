using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Storage;
using Vantage.Storage.Crash;

// Writes to a store until it is killed, and says on its standard output what was acknowledged.
// crash <folder> load <first>: callers beside each other, from batch <first> on.   crash <folder> count <n>: n batches, one after the other.
// crash <connection string> cluster <node>: one of three processes on a database, see there.
var (folder, mode, number) = (args[0], args[1], int.Parse(args[2]));
if (mode == "cluster")
{
    await ClusterNode.RunAsync(folder, number, Say);
    return;
}

using var store = VantageStore.Open(folder);
store.TrackLog.Start(static frame => frame.Release());

if (mode == "count")
{
    for (var i = 0; i < number; i++)
    {
        await store.TrackLog.CommitAsync(NewBatch(0, i));
        Say($"ack {i}");
    }

    return;
}

await Task.WhenAll([.. Enumerable.Range(0, 6).Select(caller => Task.Run(() => LogAsync(caller))), Task.Run(JournalAsync), Task.Run(History)]);

async Task LogAsync(int caller)
{
    for (var i = number; ; i++)
    {
        await store.TrackLog.CommitAsync(NewBatch(caller, i));
        Say($"log {caller} {i}");
    }
}

async Task JournalAsync()
{
    const string Stream = "incident/1";
    var sequence = 0L;
    await foreach (var envelope in store.Journal.ReadAsync(Stream))
    {
        sequence = envelope.Sequence;
    }

    while (true)
    {
        await store.Journal.AppendAsync(
            Stream,
            sequence,
            [new Envelope(Stream, sequence + 1, "noted", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Origin.System, new byte[100])]);
        sequence++;
        Say($"journal {sequence}");
    }
}

// Each commit counts one fix in one cell of each of two blocks, and says so in its progress: half a commit would show.
void History()
{
    for (var done = store.History.ReadProgress(0).ProcessedSequence + 1; ; done++)
    {
        store.History.Commit(
        [
            new ShardCommit { Shard = 0, ProcessedSequence = done, Heat = { new HeatDelta(1, 0x8b309aca0a4cfff, 1, 1) } },
            new ShardCommit { Shard = 1, ProcessedSequence = done, Heat = { new HeatDelta(1, 0x8b309ae9e483fff, 1, 1) } },
        ]);
        Say($"history {done}");
        if (done % 3 == 0)
        {
            store.History.BuildHeatSums(64); // Dropped by the next commit.
        }
    }
}

PositionBatch NewBatch(int caller, int index)
{
    var batch = new PositionBatch();
    var size = 1 + (index % 7);
    for (var i = 0; i < size; i++)
    {
        var unit = store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, $"{caller}-{i}"));
        batch.Add(unit, new Fix { TimeMs = index, LatitudeE7 = i, LongitudeE7 = size, AltitudeTenths = caller });
    }

    return batch;
}

static void Say(string line)
{
    lock (Console.Out)
    {
        Console.Out.WriteLine(line);
    }
}
