using System.Diagnostics;
using System.Text.Json;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

/// <summary>Runs the script that prints what the reference implementation answers.</summary>
internal static class H3Js
{
    /// <summary>The script's lines; skips the calling test where there is no Node.js or no way to install h3-js.</summary>
    public static IEnumerable<JsonElement> Lines(string kind, int seed, int count)
    {
        using var script = Start(kind, seed, count);
        while (script.StandardOutput.ReadLine() is { } line)
        {
            yield return H3Assert.Json(line);
        }

        End(script);
    }

    public static byte[] Bytes(string kind, int seed, int count)
    {
        using var script = Start(kind, seed, count);
        using var bytes = new MemoryStream();
        script.StandardOutput.BaseStream.CopyTo(bytes);
        End(script);
        return bytes.ToArray();
    }

    private static Process Start(string kind, int seed, int count)
    {
        H3JsFolder.Require();
        return Process.Start(Command("node", "reference.mjs", kind, $"{seed}", $"{count}"))!;
    }

    private static void End(Process script)
    {
        script.WaitForExit();
        Assert.Equal(0, script.ExitCode);
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
        => new(program, arguments) { WorkingDirectory = H3JsFolder.Path, UseShellExecute = false, RedirectStandardOutput = true };
}
