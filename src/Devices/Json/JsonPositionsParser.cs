using System.Buffers;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Devices.Json;

/// <summary>
/// Reads positions from a body that arrives piece by piece: a JSON array, or one object a line. Not thread-safe; one a body.
/// </summary>
/// <remarks>
/// An array that is no JSON is refused as a whole. A line that is no JSON is refused alone, for the next line begins afresh.
/// </remarks>
/// <param name="ownUnit">The only unit that the sender may report for, and need not name; null: any.</param>
public sealed class JsonPositionsParser(
    JsonPositionsOptions options, GateOptions gate, IDeviceDirectory directory, TimeProvider time, DeviceMetrics metrics, string? ownUnit = null)
{
    private const string Protocol = "json";

    /// <summary>Half a surrogate pair, written as an escape: found only when the text is compared.</summary>
    private const string InvalidText = "A text in it is not valid.";

    // A comma and white space before an item that is not whole yet do not count as its own.
    private const int SpaceAroundItem = 256;

    private readonly long _nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly char[] _unitBuffer = new char[JsonPosition.MaxUnitLength];
    private JsonReaderState _state;
    private Shape _shape;
    private long _position;
    private int _index;
    private bool _isLineTooLong;

    private enum Shape
    {
        Unknown,
        Array,
        Lines,
    }

    public JsonPositionsResult Result { get; } = new();

    /// <summary>Reads what is whole and gives where to go on.</summary>
    /// <param name="buffer">What has arrived and was not consumed before.</param>
    /// <param name="isFinal">Nothing comes after it.</param>
    public SequencePosition Parse(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        if (_position + buffer.Length > options.MaxBytes)
        {
            return Fail(buffer, JsonPositionsFault.TooLarge, $"The body has more than {options.MaxBytes} bytes.");
        }

        if (_shape == Shape.Unknown && !Recognise(ref buffer, isFinal))
        {
            return buffer.Start;
        }

        return _shape switch
        {
            Shape.Array => ParseArray(buffer, isFinal),
            Shape.Lines => ParseLines(buffer, isFinal),
            _ => buffer.End,
        };
    }

    private bool Recognise(ref ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!isFinal && reader.Remaining < 3)
        {
            return false; // A byte order mark has three bytes.
        }

        reader.IsNext([0xEF, 0xBB, 0xBF], advancePast: true);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        _position += reader.Consumed;
        buffer = buffer.Slice(reader.Position);
        if (reader.End && !isFinal)
        {
            return false;
        }

        _shape = reader.TryPeek(out var first) && first == '[' ? Shape.Array : Shape.Lines;
        if (reader.End || first is not ((byte)'[' or (byte)'{'))
        {
            Fail(buffer, JsonPositionsFault.Malformed, "The body must be a JSON array, or one JSON object a line.");
            _shape = Shape.Unknown;
            buffer = buffer.Slice(buffer.End);
            return false;
        }

        return true;
    }

    private SequencePosition ParseArray(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _state);
        try
        {
            while (Result.Error is null)
            {
                var before = reader;
                var isWhole = reader.Read();
                var isElement = isWhole && reader.CurrentDepth > 0;
                var ahead = reader;
                if (!isWhole || (isElement && !ahead.TrySkip()))
                {
                    reader = before;
                    break;
                }

                if (isElement && ahead.BytesConsumed - reader.TokenStartIndex > options.MaxItemBytes)
                {
                    _position += reader.TokenStartIndex;
                    return FailTooLargeItem(buffer);
                }

                if (isElement)
                {
                    TakeElement(ref reader, in ahead, buffer);
                }
            }
        }
        catch (JsonException error)
        {
            _position += reader.BytesConsumed;
            return Fail(
                buffer, JsonPositionsFault.Malformed,
                $"Not JSON in item {_index}, line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} of the line.");
        }

        if (Result.Error is not null)
        {
            return buffer.End;
        }

        _state = reader.CurrentState;
        _position += reader.BytesConsumed;
        return buffer.Length - reader.BytesConsumed > options.MaxItemBytes + SpaceAroundItem ? FailTooLargeItem(buffer) : reader.Position;
    }

    private SequencePosition FailTooLargeItem(ReadOnlySequence<byte> buffer)
        => Fail(buffer, JsonPositionsFault.TooLarge, $"Item {_index} has more than {options.MaxItemBytes} bytes.");

    private void TakeElement(ref Utf8JsonReader reader, in Utf8JsonReader ahead, ReadOnlySequence<byte> buffer)
    {
        if (_index >= options.MaxItems)
        {
            _position += reader.TokenStartIndex;
            Fail(buffer, JsonPositionsFault.TooManyItems, $"The body has more than {options.MaxItems} items.");
            return;
        }

        try
        {
            TakeItem(ref reader);
        }
        catch (InvalidOperationException)
        {
            Reject("", InvalidText);
            reader = ahead; // Past the item, wherever in it the text was.
        }

        _index++;
    }

    private SequencePosition ParseLines(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        while (Result.Error is null && !buffer.IsEmpty)
        {
            var end = buffer.PositionOf((byte)'\n');
            if (end is null && !isFinal)
            {
                return KeepOrSkip(buffer);
            }

            var line = end is { } newline ? buffer.Slice(0, newline) : buffer;
            TakeLine(line);
            var taken = line.Length + (end is null ? 0 : 1);
            _position += taken;
            buffer = buffer.Slice(taken);
        }

        return buffer.Start;
    }

    private SequencePosition KeepOrSkip(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length <= options.MaxItemBytes && !_isLineTooLong)
        {
            return buffer.Start;
        }

        _isLineTooLong = true; // Its end refuses it.
        _position += buffer.Length;
        return buffer.End;
    }

    private void TakeLine(ReadOnlySequence<byte> line)
    {
        if (IsBlank(line) && !_isLineTooLong)
        {
            return;
        }

        if (_index >= options.MaxItems)
        {
            Fail(line, JsonPositionsFault.TooManyItems, $"The body has more than {options.MaxItems} lines.");
            return;
        }

        if (_isLineTooLong || line.Length > options.MaxItemBytes)
        {
            Reject("", $"The line has more than {options.MaxItemBytes} bytes.");
        }
        else
        {
            ReadLine(line);
        }

        _isLineTooLong = false;
        _index++;
    }

    private void ReadLine(ReadOnlySequence<byte> line)
    {
        try
        {
            var check = new Utf8JsonReader(line);
            while (check.Read())
            {
                // The whole line is looked at first: half an object must not be taken.
            }

            var reader = new Utf8JsonReader(line);
            reader.Read();
            TakeItem(ref reader);
        }
        catch (InvalidOperationException)
        {
            Reject("", InvalidText);
        }
        catch (JsonException error)
        {
            Reject("", $"Not JSON at byte {error.BytePositionInLine + 1} of the line; byte {_position + error.BytePositionInLine} of the body.");
        }
    }

    private void TakeItem(ref Utf8JsonReader reader)
    {
        var item = new JsonPosition(_unitBuffer);
        item.Read(ref reader, options.Source, isUnitKnown: ownUnit is not null);
        if (item.WrongField is { } field)
        {
            Reject(field, item.Reason!);
            return;
        }

        var id = ownUnit is not null && item.Unit.IsEmpty ? ownUnit : item.Unit;
        if (ownUnit is not null && !id.SequenceEqual(ownUnit))
        {
            Reject("unit", $"Must be {ownUnit}, or left out: the sender reports for nobody else.");
            return;
        }

        var refusal = Gate.TryAccept(in item.Report, _nowMs, gate, out var fix);
        var unit = -1;
        if (refusal == Refusal.None && !directory.TryFindOrRegisterUnit(id, out unit))
        {
            if (ActorId.FaultOfUnit(id.ToString()) is { } fault)
            {
                Reject("unit", fault);
                return;
            }

            refusal = Refusal.UnknownUnit;
        }

        if (refusal == Refusal.None)
        {
            Result.Batch.Add(unit, in fix);
            metrics.ReportAccepted(Protocol);
            return;
        }

        metrics.ReportRefused(Protocol, null, refusal);
        Result.Rejected.Add(new(_index, Gate.FieldOf(refusal), Gate.ReasonOf(refusal)));
    }

    private void Reject(string field, string reason)
    {
        metrics.ReportRefused(Protocol, null, Refusal.Malformed);
        Result.Rejected.Add(new(_index, field, reason));
    }

    private SequencePosition Fail(ReadOnlySequence<byte> buffer, JsonPositionsFault fault, string detail)
    {
        Result.Error ??= new(fault, _index, _position, detail);
        Result.Batch.Clear();
        return buffer.End;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
