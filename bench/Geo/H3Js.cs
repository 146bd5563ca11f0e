using System.Diagnostics;
using System.Globalization;
using Vantage.Geo;

namespace Vantage.Bench.Geo;

/// <summary>h3-js, as the wall has it, in a process of Node.js: it measures itself on the positions it is given.</summary>
internal sealed class H3Js : IDisposable
{
    private readonly Process? _node;

    private H3Js(Process? node) => _node = node;

    public static H3Js Start(IReadOnlyList<LatLng> positions)
    {
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.LastIndexOf($"{Path.DirectorySeparatorChar}bench{Path.DirectorySeparatorChar}", StringComparison.Ordinal)];
        if (!Directory.Exists(Path.Combine(root, "src", "Wallboard", "node_modules", "h3-js")))
        {
            Console.WriteLine("h3-js is not there: run npm ci in src/Wallboard.");
            return new(null);
        }

        var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(root, "bench", "Geo", "h3.mjs")])
        {
            WorkingDirectory = Path.Combine(root, "src", "Wallboard"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        node.StandardInput.WriteLine(string.Join(' ', positions.SelectMany(at => new[] { at.Latitude, at.Longitude }).Select(each => each.ToString("R", CultureInfo.InvariantCulture))));
        return new(node);
    }

    /// <summary>Has one thing measured, and prints it.</summary>
    public void Print(string what)
    {
        if (_node is null)
        {
            return;
        }

        _node.StandardInput.WriteLine(what);
        Contest.Print("h3-js", double.Parse(_node.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture), "–");
    }

    public void Dispose()
    {
        _node?.StandardInput.Close();
        _node?.WaitForExit();
        _node?.Dispose();
    }
}
