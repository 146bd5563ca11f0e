using System.Text.Json;

namespace Vantage.Geo.GeoJson;

internal static class PositionReader
{
    public static bool TryRead(JsonElement element, string path, ErrorList errors, out LatLng position)
    {
        position = default;
        if (element.ValueKind is not JsonValueKind.Array || element.GetArrayLength() < 2)
        {
            errors.Add(path, element, "A position is an array of longitude and latitude.");
            return false;
        }

        var isLongitude = TryReadDegrees(element[0], 180, path, 0, errors, out var longitude);
        var isLatitude = TryReadDegrees(element[1], 90, path, 1, errors, out var latitude);
        return isLongitude && isLatitude && LatLng.TryCreate(latitude, longitude, out position);
    }

    private static bool TryReadDegrees(JsonElement element, int limit, string path, int index, ErrorList errors, out double degrees)
    {
        degrees = double.NaN;
        // What is too large for a double reads as infinity, or not at all, by the version of the reader.
        if (element.ValueKind is JsonValueKind.Number && element.TryGetDouble(out degrees) && Math.Abs(degrees) <= limit)
        {
            return true;
        }

        var name = index == 0 ? "longitude" : "latitude";
        errors.Add($"{path}[{index}]", element, $"A {name} is a number of degrees from -{limit} to {limit}.");
        return false;
    }
}
