using System.Globalization;

namespace Vantage.Geo.Crs;

/// <summary>An element of OGC well-known text (WKT 1, OGC 01-009): a word with what stands in its brackets.</summary>
/// <remarks>Read here, because ProjNet's reader does not come back from some texts, such as a name that ends in a hyphen.</remarks>
internal sealed class WktElement
{
    private const int MaxDepth = 16;

    private readonly List<WktElement> _elements = [];

    private WktElement(string word) => Word = word;

    /// <summary>In capitals.</summary>
    public string Word { get; }

    /// <summary>What stands in quotes.</summary>
    public List<string> Texts { get; } = [];

    public List<double> Numbers { get; } = [];

    /// <exception cref="FormatException">It is no such text; the message says where.</exception>
    public static WktElement Read(string text)
    {
        var at = 0;
        var root = ReadElement(text, ref at, 0);
        SkipSpace(text, ref at);
        return at == text.Length ? root : throw Wrong(at, "its end is expected");
    }

    /// <summary>Every element of that word.</summary>
    public IEnumerable<WktElement> All(string word) => _elements.Where(element => element.Word == word);

    /// <summary>The element of that word, or null.</summary>
    public WktElement? Find(string word) => All(word).FirstOrDefault();

    private static WktElement ReadElement(string text, ref int at, int depth)
    {
        var start = at;
        var element = new WktElement(ReadWord(text, ref at));
        SkipSpace(text, ref at);
        if (at == text.Length || text[at] is not ('[' or '('))
        {
            throw Wrong(at, "'[' is expected");
        }

        if (depth == MaxDepth)
        {
            throw Wrong(start, "brackets are nested too deep");
        }

        var close = text[at] == '[' ? ']' : ')';
        do
        {
            at++;
            SkipSpace(text, ref at);
            element.ReadPart(text, ref at, depth);
            SkipSpace(text, ref at);
        }
        while (at < text.Length && text[at] == ',');

        if (at == text.Length || text[at] != close)
        {
            throw Wrong(at, $"',' or '{close}' is expected");
        }

        at++;
        return element;
    }

    private void ReadPart(string text, ref int at, int depth)
    {
        if (at < text.Length && text[at] == '"')
        {
            Texts.Add(ReadQuoted(text, ref at));
        }
        else if (at < text.Length && text[at] is (>= '0' and <= '9') or '+' or '-' or '.')
        {
            Numbers.Add(ReadNumber(text, ref at));
        }
        else
        {
            var next = at;
            ReadWord(text, ref next);
            SkipSpace(text, ref next);
            if (next < text.Length && text[next] is '[' or '(')
            {
                _elements.Add(ReadElement(text, ref at, depth + 1));
            }
            else
            {
                at = next; // A direction of an axis: nothing here asks for one.
            }
        }
    }

    private static string ReadWord(string text, ref int at)
    {
        SkipSpace(text, ref at);
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at > start ? text[start..at].ToUpperInvariant() : throw Wrong(at, "a word is expected");
    }

    private static string ReadQuoted(string text, ref int at)
    {
        var end = text.IndexOf('"', at + 1);
        if (end < 0)
        {
            throw Wrong(at, "a quote is opened and not closed");
        }

        var quoted = text[(at + 1)..end];
        at = end + 1;
        return quoted;
    }

    private static double ReadNumber(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '-' or '.'))
        {
            at++;
        }

        return double.TryParse(text.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(start, $"'{text[start..at]}' is no number");
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private static FormatException Wrong(int at, string what) => new($"it is no well-known text: at character {at + 1} {what}.");
}
