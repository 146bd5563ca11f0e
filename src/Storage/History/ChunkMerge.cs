using System.Runtime.InteropServices;
using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Storage.History;

/// <summary>What becomes of a unit's chunks when a range of its track is rewritten: which go, and which come in their place.</summary>
/// <remarks>
/// What the replaced chunks hold outside the range stays. A neighbour that is short goes with what is written beside it, and what comes is cut
/// into even pieces, so that none is so small that it will be rewritten soon. Fixes of one millisecond stay in one chunk, which for that alone
/// may be longer than <see cref="MaxFixes"/>.
/// </remarks>
internal sealed class ChunkMerge
{
    /// <summary>The usual upper bound of a chunk.</summary>
    public const int MaxFixes = 1024;

    /// <summary>A neighbour shorter than this is written anew with what is added beside it.</summary>
    public const int MergedBelow = 256;

    private readonly List<Fix> _fixes = [];
    private readonly List<Fix> _head = [];
    private readonly List<Fix> _tail = [];
    private readonly List<long> _replaced = [];
    private readonly List<long> _damaged = [];
    private TrackRewrite _rewrite;
    private (long Key, Fix[] Fixes)? _before;
    private (long Key, Fix[] Fixes)? _after;
    private bool _isPast;
    private Fix[] _buffer = new Fix[MaxFixes];
    private int _taken;
    private int _pieces;

    /// <summary>Whether a chunk will stay as it is, unless late fixes come: outlines of others would be made anew again and again.</summary>
    public static bool IsLong(int fixes) => fixes >= MergedBelow;

    /// <summary>The keys of the chunks that go.</summary>
    public IReadOnlyList<long> Replaced => _replaced;

    /// <summary>Those of them that hold fixes outside the range and cannot be read: they are to be kept aside.</summary>
    public IReadOnlyList<long> Damaged => _damaged;

    /// <exception cref="ArgumentException">Fixes are out of order or outside the range.</exception>
    public static void Check(in TrackRewrite rewrite)
    {
        var fixes = rewrite.Fixes.Span;
        for (var i = 0; i < fixes.Length; i++)
        {
            if (fixes[i].TimeMs < rewrite.FromMs || fixes[i].TimeMs > rewrite.ToMs)
            {
                throw new ArgumentException(
                    $"Unit {rewrite.Unit}: fix {i} at {fixes[i].TimeMs} is outside [{rewrite.FromMs}, {rewrite.ToMs}].", nameof(rewrite));
            }

            if (i > 0 && Fix.Compare(in fixes[i - 1], in fixes[i]) > 0)
            {
                throw new ArgumentException($"Unit {rewrite.Unit}: fix {i} is out of order.", nameof(rewrite));
            }
        }
    }

    public void Begin(in TrackRewrite rewrite)
    {
        _rewrite = rewrite;
        (_before, _after, _isPast) = (null, null, false);
        _head.Clear();
        _tail.Clear();
        _replaced.Clear();
        _damaged.Clear();
    }

    /// <summary>Whether the fixes of a chunk matter, or only that it is there.</summary>
    public bool Needs(long firstMs, long lastMs, int count) => Overlaps(firstMs, lastMs)
        ? firstMs < _rewrite.FromMs || lastMs > _rewrite.ToMs
        : count < MergedBelow;

    /// <summary>Takes the chunks that overlap the range and at least one before and after them, in the order of time.</summary>
    /// <param name="encoded">Empty unless <see cref="Needs"/> says otherwise.</param>
    /// <returns>Why the chunk cannot be read, or null. What else is written does not suffer from it.</returns>
    public string? TryAdd(long key, long firstMs, long lastMs, int count, ReadOnlySpan<byte> encoded)
    {
        var isOverlapping = Overlaps(firstMs, lastMs);
        if (isOverlapping)
        {
            _replaced.Add(key);
        }

        try
        {
            Add(key, firstMs, lastMs, count, encoded);
            return null;
        }
        catch (InvalidDataException damage)
        {
            if (isOverlapping)
            {
                _damaged.Add(key);
            }

            return damage.Message;
        }
    }

    private void Add(long key, long firstMs, long lastMs, int count, ReadOnlySpan<byte> encoded)
    {
        if (lastMs < _rewrite.FromMs)
        {
            _before = null;
            _before = count < MergedBelow ? (key, Decode(encoded, count, firstMs, lastMs, ref _buffer).ToArray()) : null;
        }
        else if (firstMs > _rewrite.ToMs)
        {
            var isNext = !_isPast;
            _isPast = true;
            _after = isNext && count < MergedBelow ? (key, Decode(encoded, count, firstMs, lastMs, ref _buffer).ToArray()) : _after;
        }
        else if (Needs(firstMs, lastMs, count))
        {
            Keep(Decode(encoded, count, firstMs, lastMs, ref _buffer));
        }
    }

    /// <summary>All chunks were added: from here on <see cref="TryTake"/> gives what comes.</summary>
    public void End()
    {
        _fixes.Clear();
        if (_head.Count + _rewrite.Fixes.Length + _tail.Count > 0)
        {
            AddNeighbour(_before);
            _fixes.AddRange(_head);
            _fixes.AddRange(_rewrite.Fixes.Span);
            _fixes.AddRange(_tail);
            AddNeighbour(_after);
        }

        _taken = 0;
        _pieces = (_fixes.Count + MaxFixes - 1) / MaxFixes;
    }

    /// <summary>The next chunk to write. Valid until the next rewrite begins.</summary>
    public bool TryTake(out ReadOnlySpan<Fix> piece)
    {
        var rest = CollectionsMarshal.AsSpan(_fixes)[_taken..];
        if (rest.IsEmpty)
        {
            piece = default;
            return false;
        }

        var length = (rest.Length + _pieces - 1) / _pieces;
        while (length < rest.Length && rest[length].TimeMs == rest[length - 1].TimeMs)
        {
            length++;
        }

        _taken += length;
        _pieces = Math.Max(_pieces - 1, 1);
        piece = rest[..length];
        return true;
    }

    /// <exception cref="InvalidDataException">The chunk is damaged, or is not the one that its row says.</exception>
    public static ReadOnlySpan<Fix> Decode(ReadOnlySpan<byte> encoded, int count, long firstMs, long lastMs, ref Fix[] buffer)
    {
        if (count < 1)
        {
            throw new InvalidDataException($"A track chunk of {count} fixes.");
        }

        if (buffer.Length < count)
        {
            buffer = new Fix[Math.Max(count, MaxFixes)];
        }

        var fixes = buffer.AsSpan(0, count);
        ChunkCodec.Decode(encoded, fixes);
        return fixes[0].TimeMs == firstMs && fixes[^1].TimeMs == lastMs
            ? fixes
            : throw new InvalidDataException("A track chunk is not of the time that its row says.");
    }

    private bool Overlaps(long firstMs, long lastMs) => lastMs >= _rewrite.FromMs && firstMs <= _rewrite.ToMs;

    private void Keep(ReadOnlySpan<Fix> fixes)
    {
        foreach (ref readonly var fix in fixes)
        {
            if (fix.TimeMs < _rewrite.FromMs)
            {
                _head.Add(fix);
            }
            else if (fix.TimeMs > _rewrite.ToMs)
            {
                _tail.Add(fix);
            }
        }
    }

    private void AddNeighbour((long Key, Fix[] Fixes)? neighbour)
    {
        if (neighbour is { } small)
        {
            _replaced.Add(small.Key);
            _fixes.AddRange(small.Fixes);
        }
    }
}
