using System.Text;
using Vantage.Actors.Cameras;

namespace Vantage.Host.Video;

/// <summary>Where the pictures of the cameras of one <c>source</c> come from, as it was configured.</summary>
/// <param name="Name">The cameras' <c>source</c>.</param>
/// <param name="Streams">In the order in which a player tries them.</param>
/// <param name="Snapshot">A JPEG or PNG; null: none.</param>
/// <param name="Wvp">A wvp-GB28181-pro that plays them; null: none.</param>
internal sealed record VideoSource(string Name, IReadOnlyList<AddressTemplate> Streams, AddressTemplate? Snapshot, WvpAddress? Wvp);

/// <summary>An address with places for what a camera is called.</summary>
internal sealed record AddressTemplate(string Text)
{
    /// <summary>The camera's key, its name, and the two parts of a key such as <c>device_channel</c>.</summary>
    public static IReadOnlyList<string> Places { get; } = ["{key}", "{name}", "{device}", "{channel}"];

    public string Fill(CameraRegistered camera)
    {
        var (device, channel) = PartsOf(camera.Camera);
        var text = new StringBuilder(Text);
        foreach (var (place, value) in Places.Zip([camera.Camera, camera.Name, device, channel]))
        {
            text.Replace(place, Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    /// <summary>A key that has no two parts is both.</summary>
    public static (string Device, string Channel) PartsOf(string key)
        => key.IndexOf('_', StringComparison.Ordinal) is > 0 and var at && at < key.Length - 1 ? (key[..at], key[(at + 1)..]) : (key, key);
}

/// <summary>A wvp-GB28181-pro. It is never written out: it holds a password.</summary>
/// <param name="Address">Of its HTTP interface.</param>
/// <param name="ApiKey">Instead of user and password.</param>
/// <param name="Media">Origins of its media servers, beside those that it has named.</param>
internal sealed record WvpAddress(Uri Address, string? User, string? Password, string? ApiKey, IReadOnlyList<string> Media)
{
    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}
