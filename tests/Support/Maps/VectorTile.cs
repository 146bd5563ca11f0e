namespace Vantage.Support.Maps;

/// <summary>Writes a Mapbox Vector Tile: layers of lines and polygons with texts.</summary>
public sealed class VectorTile
{
    public const int Extent = 4096;

    private readonly MemoryStream _tile = new();

    public byte[] Bytes => _tile.ToArray();

    /// <param name="isPolygon">Rings, clockwise on the screen; otherwise lines.</param>
    public VectorTile Layer(string name, bool isPolygon, params (Dictionary<string, string> Texts, (int X, int Y)[] Points)[] features)
    {
        using var layer = new MemoryStream();
        var (keys, values) = (new List<string>(), new List<string>());
        Message(layer, 1, System.Text.Encoding.UTF8.GetBytes(name));
        foreach (var (texts, points) in features)
        {
            using var feature = new MemoryStream();
            using var tags = new MemoryStream();
            foreach (var (key, value) in texts)
            {
                Varint(tags, Known(keys, key));
                Varint(tags, Known(values, value));
            }

            Message(feature, 2, tags.ToArray());
            Number(feature, 3, isPolygon ? 3u : 2u);
            using var geometry = new MemoryStream();
            var (x, y) = (0, 0);
            for (var i = 0; i < points.Length; i++)
            {
                if (i < 2)
                {
                    Varint(geometry, i == 0 ? (1u << 3) | 1 : ((uint)(points.Length - 1) << 3) | 2);
                }

                Varint(geometry, ZigZag(points[i].X - x));
                Varint(geometry, ZigZag(points[i].Y - y));
                (x, y) = points[i];
            }

            if (isPolygon)
            {
                Varint(geometry, (1u << 3) | 7);
            }

            Message(feature, 4, geometry.ToArray());
            Message(layer, 2, feature.ToArray());
        }

        foreach (var key in keys)
        {
            Message(layer, 3, System.Text.Encoding.UTF8.GetBytes(key));
        }

        foreach (var value in values)
        {
            using var text = new MemoryStream();
            Message(text, 1, System.Text.Encoding.UTF8.GetBytes(value));
            Message(layer, 4, text.ToArray());
        }

        Number(layer, 5, Extent);
        Number(layer, 15, 2);
        Message(_tile, 3, layer.ToArray());
        return this;
    }

    private static uint Known(List<string> texts, string text)
    {
        if (!texts.Contains(text))
        {
            texts.Add(text);
        }

        return (uint)texts.IndexOf(text);
    }

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static void Message(MemoryStream to, uint field, byte[] bytes)
    {
        Varint(to, (field << 3) | 2);
        Varint(to, (uint)bytes.Length);
        to.Write(bytes);
    }

    private static void Number(MemoryStream to, uint field, uint value)
    {
        Varint(to, field << 3);
        Varint(to, value);
    }

    private static void Varint(MemoryStream to, uint value)
    {
        while (value >= 0x80)
        {
            to.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        to.WriteByte((byte)value);
    }
}
