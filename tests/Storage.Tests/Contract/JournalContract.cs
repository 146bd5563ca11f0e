using System.Text;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every journal must do.</summary>
public abstract class JournalContract(StoreFixture store) : IDisposable
{
    private IJournal Journal => store.Journal;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "What was appended reads back as it was, in order, after a restart as well")]
    public async Task Envelopes_read_back()
    {
        var written = Enumerable.Range(1, 700).Select(i => Envelope("incident/1", i)).ToArray();
        await Journal.AppendAsync("incident/1", 0, written[..3]);
        await Journal.AppendAsync("incident/1", 3, written[3..]);
        await Journal.AppendAsync("incident/2", 0, [Envelope("incident/2", 1)]);
        await Journal.AppendAsync("incident/2", 1, []);
        store.Reopen();

        var read = await Journal.ReadAsync("incident/1").ToArrayAsync();
        Assert.Equal(written.Select(Text), read.Select(Text));
        Assert.Equal(written[650..].Select(Text), (await Journal.ReadAsync("incident/1", 650).ToArrayAsync()).Select(Text));
        Assert.Empty(await Journal.ReadAsync("incident/1", 700).ToArrayAsync());
        Assert.Empty(await Journal.ReadAsync("incident/3").ToArrayAsync());
    }

    [Fact(DisplayName = "An append that expects another sequence conflicts, writes nothing, and leaves others alone")]
    public async Task Conflicts_write_nothing()
    {
        await Journal.AppendAsync("a/1", 0, [Envelope("a/1", 1)]);
        var appends = new[]
        {
            Journal.AppendAsync("a/1", 0, [Envelope("a/1", 1)]).AsTask(),
            Journal.AppendAsync("b/1", 0, [Envelope("b/1", 1)]).AsTask(),
            Journal.AppendAsync("a/1", 2, [Envelope("a/1", 3)]).AsTask(),
            Journal.AppendAsync("a/1", 1, [Envelope("a/1", 2), Envelope("a/1", 3)]).AsTask(),
        };
        await Assert.ThrowsAsync<JournalConflictException>(() => appends[0]);
        await appends[1];
        await Assert.ThrowsAsync<JournalConflictException>(() => appends[2]);
        await appends[3];

        Assert.Equal([1L, 2L, 3L], (await Journal.ReadAsync("a/1").ToArrayAsync()).Select(envelope => envelope.Sequence));
        Assert.Equal(4, await Journal.FeedAsync().CountAsync());
    }

    [Fact(DisplayName = "Envelopes of another stream, or with gaps, are refused at the door")]
    public async Task Malformed_appends_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync("a/1", 0, [Envelope("a/2", 1)]).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync("a/1", 0, [Envelope("a/1", 2)]).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync("a/1", 0, [Envelope("a/1", 1), Envelope("a/1", 3)]).AsTask());
        Assert.Empty(await Journal.FeedAsync().ToArrayAsync());
    }

    [Fact(DisplayName = "Of many who write to one stream at once one wins each sequence, and the feed holds each event once")]
    public async Task Writers_race_cleanly()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var done = 0; done < 40;)
            {
                var last = await Journal.ReadAsync("shared/1").CountAsync();
                try
                {
                    await Journal.AppendAsync("shared/1", last, [Envelope("shared/1", last + 1)]);
                    await Journal.AppendAsync($"own/{writer}", done, [Envelope($"own/{writer}", done + 1)]);
                    done++;
                }
                catch (JournalConflictException)
                {
                }
            }
        })));

        var feed = await Journal.FeedAsync().ToArrayAsync();
        Assert.Equal(640, feed.Length);
        Assert.Equal(feed.Select(envelope => envelope.Offset).Order(), feed.Select(envelope => envelope.Offset));
        Assert.True(feed[0].Offset > 0);
        Assert.All(feed.GroupBy(envelope => envelope.Stream), stream
            => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(envelope => envelope.Sequence)));
        Assert.Equal(feed[500..].Select(Text), (await Journal.FeedAsync(feed[499].Offset).ToArrayAsync()).Select(Text));
    }

    [Fact(DisplayName = "A follower who goes on from the last offset misses nothing while others write")]
    public async Task Followers_miss_nothing()
    {
        var writers = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await Journal.AppendAsync($"w/{writer}", i, [Envelope($"w/{writer}", i + 1)]);
            }
        })));
        var (offset, seen) = (0L, new List<string>());
        while (seen.Count < 600)
        {
            await foreach (var envelope in Journal.FeedAsync(offset))
            {
                offset = envelope.Offset;
                seen.Add(envelope.Stream);
            }
        }

        await writers;
        Assert.All(seen.GroupBy(stream => stream), stream => Assert.Equal(100, stream.Count()));
    }

    [Fact(DisplayName = "The latest snapshot of a stream is kept; an older one does not replace it")]
    public async Task Snapshots_are_kept()
    {
        Assert.Null(await Journal.ReadSnapshotAsync("a/1"));
        await Journal.WriteSnapshotAsync("a/1", 10, "ten"u8.ToArray());
        await Journal.WriteSnapshotAsync("a/1", 5, "five"u8.ToArray());
        store.Reopen();
        var snapshot = await Journal.ReadSnapshotAsync("a/1");
        Assert.Equal(10, snapshot!.Value.Sequence);
        Assert.Equal("ten", Encoding.UTF8.GetString(snapshot.Value.Body.Span));
    }

    private static Envelope Envelope(string stream, long sequence) => new(
        stream,
        sequence,
        "noted",
        2,
        new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero).AddTicks(sequence),
        new DateTimeOffset(2026, 11, 1, 8, 0, 1, TimeSpan.Zero),
        new Origin(sequence % 2 == 0 ? "0132" : null, "post", null, "cause", sequence % 3 == 0 ? "c" : null),
        Encoding.UTF8.GetBytes($"{{\"n\":{sequence},\"text\":\"中山公园\"}}"));

    private static string Text(Envelope envelope)
        => $"{envelope with { Offset = 0, Body = default }} {envelope.OccurredAt.UtcTicks} {Encoding.UTF8.GetString(envelope.Body.Span)}";
}
