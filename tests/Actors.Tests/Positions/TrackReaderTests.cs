using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Positions;

public class TrackReaderTests
{
    private readonly World _world = new(keep: 16, sealFixes: 1);
    private readonly Fix[] _fixes = [.. Enumerable.Range(0, 100).Select(i => World.FixAt(i * 10, 0, i))];
    private readonly TrackReader _reader;

    public TrackReaderTests()
    {
        foreach (var fix in _fixes)
        {
            _world.Report(_world.Units[0], fix);
            _world.Commit();
        }

        _reader = new TrackReader(new OneThread(_ => _world.Shard), _world.History);
    }

    [Fact(DisplayName = "What is sealed and what is in memory are one track, each fix once")]
    public async Task Reads_both()
    {
        Assert.InRange(_world.History.Tracks[_world.Units[0]].Count, 80, 99); // Some are sealed, some are not, some are both.

        Assert.Equal(_fixes, await ReadAsync(0, long.MaxValue, 100));
    }

    [Theory(DisplayName = "A range counts its start in and its end out, sealed or not")]
    [InlineData(3, 7)]
    [InlineData(50, 95)]
    [InlineData(94, 99)]
    [InlineData(5, 5)]
    public async Task Ranges(int from, int to) => Assert.Equal(_fixes[from..to], await ReadAsync(_fixes[from].TimeMs, _fixes[to].TimeMs, 100));

    [Theory(DisplayName = "Of more fixes than are wanted it reads little more than those, and the answer says that there are more")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(99)]
    public async Task Stops(int atMost) => Assert.InRange((await ReadAsync(0, long.MaxValue, atMost)).Count, atMost + 1, atMost + 1 + 24);

    private async Task<List<Fix>> ReadAsync(long fromMs, long toMs, int atMost)
        => (await _reader.ReadAsync(_world.Directory.Get(_world.Units[0]), fromMs, toMs, atMost, null, TestContext.Current.CancellationToken)).Fixes;
}
