using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Vantage.Storage.History;

/// <summary>Where a page ended: the start, and what tells apart those that start together. Opaque outside: base64url.</summary>
internal readonly record struct PageCursor(long StartMs, string Tie)
{
    /// <summary>Before everything: the first page.</summary>
    public static PageCursor Newest { get; } = new(long.MaxValue, "\uffff");

    /// <param name="text">As a page gave it; null for the first page.</param>
    /// <param name="list">Which list it must belong to; also the version of its form.</param>
    /// <exception cref="ArgumentException">Not a cursor that this program gave for that list.</exception>
    public static PageCursor Parse(string? text, string list)
    {
        if (text is null)
        {
            return Newest;
        }

        if (Base64Url.IsValid(text))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 3);
            if (parts.Length == 3 && parts[0] == list
                && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start))
            {
                return new PageCursor(start, parts[2]);
            }
        }

        throw new ArgumentException("The cursor is not one that an earlier page of this list gave.", nameof(text));
    }

    public string Format(string list)
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{list}|{StartMs}|{Tie}")));
}
