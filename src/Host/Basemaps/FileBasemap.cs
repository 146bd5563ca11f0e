using Vantage.Geo.Crs;

namespace Vantage.Host.Basemaps;

/// <summary>The base map of a PMTiles file. It may be replaced, taken away and brought back while the host runs.</summary>
internal sealed class FileBasemap : Basemap, IDisposable
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private PmtilesArchive? _archive;
    private PmtilesArchive? _toldOf;
    private BasemapInfo _info;
    private string _stamp;
    private DateTimeOffset _lookedAt;

    private FileBasemap(BasemapSettings settings, BasemapHealth health, TimeProvider time, PmtilesArchive archive)
        : base(settings, health)
        => (_path, _time, _archive, _info, _stamp, _lookedAt) = (settings.File!, time, archive, archive.Info, archive.Info.Revision, time.GetUtcNow());

    /// <exception cref="InvalidDataException">The file cannot be shown; the message names it and says why.</exception>
    public static FileBasemap Open(BasemapSettings settings, BasemapHealth health, TimeProvider time)
    {
        try
        {
            return new FileBasemap(settings, health, time, Opened(settings, StampOf(settings.File!)));
        }
        catch (Exception unusable) when (unusable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The base map {settings.File} cannot be shown: {unusable.Message.TrimEnd('.')}.", unusable);
        }
    }

    public override BasemapInfo Look()
    {
        _ = Current();
        lock (_lock)
        {
            return _info with { Attribution = Settings.Attribution ?? _info.Attribution };
        }
    }

    public override ValueTask<Tile?> ReadAsync(TileId tile, CancellationToken cancellationToken)
    {
        if (Current() is { } archive)
        {
            try
            {
                return ValueTask.FromResult<Tile?>(archive.Read(tile));
            }
            catch (Exception damaged) when (damaged is IOException or InvalidDataException)
            {
                if (Interlocked.Exchange(ref _toldOf, archive) != archive)
                {
                    Health.Damaged($"{Path.GetFileName(_path)}: {damaged.Message}");
                }
            }
            catch (ObjectDisposedException)
            {
                // It was replaced at this moment: the next one to ask gets the new one.
            }
        }

        return ValueTask.FromResult<Tile?>(null);
    }

    public void Dispose() => _archive?.Dispose();

    /// <summary>The file as it is now; null: it is not there, or cannot be shown.</summary>
    private PmtilesArchive? Current()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (now - _lookedAt < LookPause)
            {
                return _archive;
            }

            _lookedAt = now;
            try
            {
                var stamp = StampOf(_path);
                if (_archive is not null && stamp == _stamp)
                {
                    return _archive;
                }

                var fresh = Opened(Settings, stamp);
                _archive?.Dispose();
                (_archive, _info, _stamp) = (fresh, fresh.Info, stamp);
                Health.Succeeded();
            }
            catch (Exception unusable) when (unusable is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                _archive?.Dispose();
                _archive = null;
                Health.Failed($"{Path.GetFileName(_path)}: {unusable.Message}", isFinal: true);
            }

            return _archive;
        }
    }

    private static PmtilesArchive Opened(BasemapSettings settings, string stamp)
    {
        var archive = PmtilesArchive.Open(settings.File!, stamp);
        if (archive.Info.Schema is not null && settings.Crs != CoordinateSystem.Wgs84)
        {
            archive.Dispose();
            throw new InvalidDataException("its tiles are vectors, which are shown in wgs84 alone; of gcj02 there may be pictures");
        }

        return archive;
    }

    private static string StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? FormattableString.Invariant($"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}") : throw new FileNotFoundException("it is not there");
    }
}
