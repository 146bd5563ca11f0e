using System.Text;

namespace Vantage.Devices.Jt808;

/// <summary>The protocol's strings are GBK (code page 936).</summary>
internal static class Gbk
{
    private static readonly Encoding Encoding = CodePagesEncodingProvider.Instance.GetEncoding(
        936, new EncoderReplacementFallback("?"), new DecoderReplacementFallback("\uFFFD"))!;

    /// <summary>Reads a field without the zeros around it: editions and makers differ in which end they pad.</summary>
    public static string Read(ReadOnlySpan<byte> field) => Encoding.GetString(field.Trim((byte)0));

    public static int Length(string text) => Encoding.GetByteCount(text);

    public static int Write(ReadOnlySpan<char> text, Span<byte> bytes) => Encoding.GetBytes(text, bytes);
}
