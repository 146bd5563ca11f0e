using System.Diagnostics;
using System.Globalization;
using Vantage.Geo;

namespace Vantage.Bench.Geo;

/// <summary>A package of Node.js in a process of its own: it measures itself on the positions it is given.</summary>
internal sealed class NodePeer : IDisposable
{
    private readonly string _package;
    private readonly Process? _node;

    private NodePeer(string package, Process? node) => (_package, _node) = (package, node);

    /// <summary>h3-js, as the wall has it.</summary>
    public static NodePeer H3Js(IReadOnlyList<LatLng> positions) => Start("h3-js", Path.Combine("src", "Wallboard"), "h3.mjs", positions);

    /// <summary>geographiclib-geodesic, as the tests have it.</summary>
    public static NodePeer Geodesic(IReadOnlyList<LatLng> positions)
        => Start("geographiclib-geodesic", Path.Combine("tests", "Geo.Tests", "h3-js"), "geodesic.mjs", positions);

    /// <summary>Has one thing measured, and prints it.</summary>
    public void Print(string what)
    {
        if (_node is null)
        {
            return;
        }

        _node.StandardInput.WriteLine(what);
        Contest.Print(_package, double.Parse(_node.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture), "–");
    }

    public void Dispose()
    {
        _node?.StandardInput.Close();
        _node?.WaitForExit();
        _node?.Dispose();
    }

    private static NodePeer Start(string package, string folder, string script, IReadOnlyList<LatLng> positions)
    {
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.LastIndexOf($"{Path.DirectorySeparatorChar}bench{Path.DirectorySeparatorChar}", StringComparison.Ordinal)];
        if (!Directory.Exists(Path.Combine(root, folder, "node_modules", package)))
        {
            Console.WriteLine($"{package} is not there: run npm ci in {folder}.");
            return new(package, null);
        }

        var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(root, "bench", "Geo", script)])
        {
            WorkingDirectory = Path.Combine(root, folder),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        node.StandardInput.WriteLine(string.Join(' ', positions.SelectMany(at => new[] { at.Latitude, at.Longitude }).Select(each => each.ToString("R", CultureInfo.InvariantCulture))));
        return new(package, node);
    }
}
