using Vantage.Actors.Journal;

namespace Vantage.Storage.Journal;

/// <summary>What an append must be before a journal takes it.</summary>
internal static class AppendCheck
{
    /// <exception cref="ArgumentException">An envelope is of another stream, or their sequences do not follow the expected one.</exception>
    public static void Require(string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentNullException.ThrowIfNull(envelopes);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedSequence);
        for (var i = 0; i < envelopes.Count; i++)
        {
            if (envelopes[i].Stream != stream || envelopes[i].Sequence != expectedSequence + 1 + i)
            {
                throw new ArgumentException(
                    $"Envelope {i} is {envelopes[i].Stream}/{envelopes[i].Sequence}, not {stream}/{expectedSequence + 1 + i}.", nameof(envelopes));
            }
        }
    }
}
