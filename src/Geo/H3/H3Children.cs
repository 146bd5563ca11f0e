namespace Vantage.Geo.H3;

/// <summary>The descendants of a cell at one resolution, in order, found as they are asked for.</summary>
public readonly struct H3Children
{
    private readonly ulong _first;
    private readonly bool _hasGap;

    internal H3Children(H3Cell first, long count, bool hasGap)
    {
        _first = first.Value;
        Count = count;
        _hasGap = hasGap;
    }

    public long Count { get; }

    public Enumerator GetEnumerator() => new(_first, Count, _hasGap);

    public struct Enumerator
    {
        private readonly bool _hasGap;
        private readonly int _shift;
        private ulong _next;
        private long _left;

        internal Enumerator(ulong first, long count, bool hasGap)
        {
            _next = first;
            _left = count;
            _hasGap = hasGap;
            _shift = H3Digits.Shift(H3Digits.Resolution(first));
        }

        public H3Cell Current { get; private set; }

        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            Current = new(_next);
            _left--;
            if (_left > 0)
            {
                Advance();
            }

            return true;
        }

        /// <summary>Adds one in base seven, and steps over the cells in direction k of a pentagon, which do not exist.</summary>
        private void Advance()
        {
            var shift = _shift;
            _next += 1UL << shift;
            while (((_next >> shift) & 7) == 7)
            {
                _next += 1UL << shift; // 7 becomes 0, and one is carried.
                shift += 3;
            }

            if (_hasGap && ((_next >> shift) & 7) == H3Digits.K && H3Digits.Leading(H3Digits.Used(_next)) == H3Digits.K)
            {
                _next += 1UL << shift;
            }
        }
    }
}
