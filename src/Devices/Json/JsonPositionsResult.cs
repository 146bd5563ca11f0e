using Vantage.Actors.Positions;

namespace Vantage.Devices.Json;

/// <summary>An item that was not taken.</summary>
/// <param name="Index">Its place in the array, or among the lines that are not empty; from 0.</param>
/// <param name="Field">The JSON field that is wrong; empty when it is the item as a whole.</param>
/// <param name="Reason">What is wrong with it, and what is right.</param>
public sealed record PositionRejection(int Index, string Field, string Reason);

/// <summary>Why a body as a whole was refused.</summary>
public enum JsonPositionsFault
{
    /// <summary>Not JSON, or neither an array nor lines of objects.</summary>
    Malformed,

    /// <summary>More bytes than are taken at a time.</summary>
    TooLarge,

    /// <summary>More items than are taken at a time.</summary>
    TooManyItems,
}

/// <summary>The fault of a body, and where it is.</summary>
/// <param name="Index">The item in which it lies, from 0.</param>
/// <param name="BytePosition">How far the body was read: the fault begins here, or after white space.</param>
public sealed record JsonPositionsError(JsonPositionsFault Fault, int Index, long BytePosition, string Detail);

/// <summary>What a body held. Nothing is stored yet: commit <see cref="Batch"/>, then answer.</summary>
public sealed class JsonPositionsResult
{
    /// <summary>The accepted fixes; empty when <see cref="Error"/> is set.</summary>
    public PositionBatch Batch { get; } = new();

    /// <summary>One entry an item that was not taken, in order.</summary>
    public List<PositionRejection> Rejected { get; } = [];

    /// <summary>Set when the body as a whole is refused; nothing of it may be stored.</summary>
    public JsonPositionsError? Error { get; internal set; }
}
