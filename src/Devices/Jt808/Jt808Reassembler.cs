using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808;

/// <summary>What became of a part.</summary>
public enum Jt808PartOutcome
{
    /// <summary>Kept; others are missing still.</summary>
    Kept,

    /// <summary>It was the last one missing.</summary>
    Completed,

    /// <summary>It belongs to a message that was completed before: the terminal has not heard our answer.</summary>
    Repeated,

    /// <summary>Its message has too many parts, or all messages together too many bytes.</summary>
    Refused,
}

/// <summary>Puts messages together from their parts, within bounds. Not thread-safe: one a connection.</summary>
/// <remarks>
/// Parts of one message have consecutive serials, so the first part's serial, the id and the total name it. A message that
/// stays incomplete is asked for again a few times and then given up.
/// </remarks>
public sealed class Jt808Reassembler(Jt808ReassemblyOptions options, TimeProvider time)
{
    private const int RememberedCompletions = 8;

    private readonly List<Jt808PartSet> _sets = [];
    private readonly Queue<Jt808PartSetKey> _completed = new(RememberedCompletions);
    private int _bytes;

    /// <summary>Messages that were given up: incomplete for too long, or pushed out by newer ones.</summary>
    public long GivenUp { get; private set; }

    /// <summary>True while parts are kept.</summary>
    public bool HasIncomplete => _sets.Count > 0;

    /// <summary>Takes one part.</summary>
    /// <param name="packet">A packet whose <see cref="Jt808Packet.IsPart"/> is true.</param>
    /// <param name="whole">The message, when it is complete.</param>
    public Jt808PartOutcome Add(in Jt808Packet packet, out Jt808Assembled? whole)
    {
        whole = null;
        var firstSerial = unchecked((ushort)(packet.Serial - packet.PartIndex + 1));
        var key = new Jt808PartSetKey(packet.Phone, packet.MessageId, firstSerial, packet.PartTotal);
        if (_completed.Contains(key))
        {
            return Jt808PartOutcome.Repeated;
        }

        if (packet.PartTotal > options.MaxParts || _bytes + packet.Body.Length > options.MaxBytes)
        {
            return Jt808PartOutcome.Refused;
        }

        var set = FindOrBegin(key, packet.Form);
        _bytes += set.Put(packet.PartIndex, packet.Body, time.GetTimestamp());
        if (!set.IsComplete)
        {
            return Jt808PartOutcome.Kept;
        }

        whole = set.Join();
        Remove(set);
        Remember(key);
        return Jt808PartOutcome.Completed;
    }

    /// <summary>
    /// Gives the next request for parts that are overdue. Call until it gives none; it also drops what has been incomplete too long.
    /// </summary>
    /// <param name="phone">Whom to ask.</param>
    /// <param name="form">How to ask.</param>
    public bool TryNextRequest(out Jt808ResendRequest? request, out Jt808Phone phone, out Jt808Form form)
    {
        (request, phone, form) = (null, default, default);
        for (var i = _sets.Count - 1; i >= 0; i--)
        {
            var set = _sets[i];
            if (time.GetElapsedTime(set.BegunAt) >= options.GiveUpAfter)
            {
                GivenUp++;
                Remove(set);
            }
            else if (request is null && IsOverdue(set))
            {
                set.Requests++;
                set.TouchedAt = time.GetTimestamp();
                request = new(set.Key.FirstSerial, set.Missing());
                (phone, form) = (set.Key.Phone, set.Form);
            }
        }

        return request is not null;
    }

    // The last part with others missing means that they were lost: a stream keeps its order.
    private bool IsOverdue(Jt808PartSet set) => set.Requests < options.MaxRequests
        && ((set.Requests == 0 && set.HasLast) || time.GetElapsedTime(set.TouchedAt) >= options.RequestAfter);

    private Jt808PartSet FindOrBegin(Jt808PartSetKey key, Jt808Form form)
    {
        foreach (var known in _sets)
        {
            if (known.Key == key)
            {
                return known;
            }
        }

        if (_sets.Count >= options.MaxMessages)
        {
            GivenUp++;
            Remove(_sets[0]);
        }

        var begun = new Jt808PartSet(key, form, time.GetTimestamp());
        _sets.Add(begun);
        return begun;
    }

    private void Remove(Jt808PartSet set)
    {
        _bytes -= set.Bytes;
        _sets.Remove(set);
    }

    private void Remember(Jt808PartSetKey key)
    {
        if (_completed.Count == RememberedCompletions)
        {
            _completed.Dequeue();
        }

        _completed.Enqueue(key);
    }
}
