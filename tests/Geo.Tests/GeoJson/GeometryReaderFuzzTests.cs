using System.Text;
using System.Text.Json;
using Vantage.Geo.GeoJson;

namespace Vantage.Geo.Tests.GeoJson;

public sealed class GeometryReaderFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.21]],[[121.42,31.212],[121.422,31.212],[121.422,31.214],[121.42,31.212]]]}""",
        """{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]]],[[[2,2],[3,2],[3,3],[2,2]]]]}""",
        """{"type":"Point","coordinates":[121.42,31.22,5.5],"bbox":[1,2,3,4]}""",
        """{"type":"Polygon","coordinates":[[[0,0],[4,0],[2,2],[4,4],[0,4],[2,2],[0,0]]]}""",
    ];

    private static readonly string[] Tokens =
    [
        "null", "true", "-0", "1e999", "-1e-320", "1e-300", "180", "-180", "90.00000000000001", "[]", "{}", "\"\"", "\"\\ud800\"", "[[]]",
        "\"type\"", "\"\\ud800type\"", "\"coordinates\"", "[0,0]", "[0,0],[0,0]", "123456789012345678901234567890", "0.1", ",", ":", "[", "]",
    ];

    [Fact(DisplayName = "No mutation of a geometry makes the reader throw, and what it takes can be asked, written, and read again")]
    public void Mutations()
    {
        var random = new Random(1);
        var (parsed, taken) = (0, 0);
        for (var i = 0; i < 40_000; i++)
        {
            var text = Mutate(Seeds[random.Next(Seeds.Length)], random);
            JsonDocument document;
            try
            {
                document = JsonDocument.Parse(text);
            }
            catch (JsonException)
            {
                continue;
            }

            using (document)
            {
                parsed++;
                double? radius = random.Next(2) == 0 ? null : Math.Pow(10, random.NextDouble() * 20 - 10);
                var reading = GeometryReader.Read(document.RootElement, radius);
                Assert.True(reading.Shape is null == reading.Errors.Length > 0, text);
                if (reading.Shape is { } shape)
                {
                    taken++;
                    Assert.True(shape.Bounds.Contains(shape.Centroid), text);
                    Assert.True(shape.Contains(shape.LabelPoint), text);
                    Assert.True(double.IsFinite(shape.AreaSquareMetres) && double.IsFinite(shape.DistanceMetres(shape.Centroid)), text);
                    using var again = JsonDocument.Parse(GeometryWriterTests.Write(shape));
                    Assert.Empty(GeometryReader.Read(again.RootElement, radius).Errors);
                }
            }
        }

        Assert.True(parsed > 8_000 && taken > 500, $"{parsed} parsed, {taken} taken");
    }

    [Fact(DisplayName = "An element that is no element is an error, not an exception")]
    public void Undefined() => Assert.Single(GeometryReader.Read(default).Errors);

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(6))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 2:
                    ReplaceNumber(text, at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    ReplaceNumber(text, at, random.Next(-200, 200).ToString());
                    break;
                case 4:
                    text[at] = (char)random.Next(32, 127);
                    break;
                default:
                    var length = Math.Min(random.Next(1, 30), text.Length - at);
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
            }
        }

        return text.Length == 0 ? "0" : text.ToString();
    }

    private static void ReplaceNumber(StringBuilder text, int from, string token)
    {
        while (from < text.Length && !char.IsAsciiDigit(text[from]))
        {
            from++;
        }

        var end = from;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        text.Remove(from, end - from).Insert(from, token);
    }
}
