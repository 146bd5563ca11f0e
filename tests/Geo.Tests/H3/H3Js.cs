using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

/// <summary>Runs the script that prints what the reference implementation answers.</summary>
internal static class H3Js
{
    private static readonly string Folder = Path.Combine(TestData.RepositoryRoot, "tests", "Geo.Tests", "h3-js");
    private static readonly Lazy<string?> WhyNot = new(Prepare);

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
        TestData.SkipUnless(WhyNot.Value is null, WhyNot.Value ?? "");
        return Process.Start(Command("node", "reference.mjs", kind, $"{seed}", $"{count}"))!;
    }

    private static void End(Process script)
    {
        script.WaitForExit();
        Assert.Equal(0, script.ExitCode);
    }

    private static string? Prepare()
    {
        if (!Runs("node", "--version"))
        {
            return "Needs Node.js 20 or later as `node`.";
        }

        return Runs("node", "-e", "import('h3-js')") || Runs("npm", "ci", "--no-audit", "--no-fund")
            ? null
            : "Needs h3-js: run `npm ci` in tests/Geo.Tests/h3-js.";
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(Command(program, arguments))!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // No such program.
        }
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
        => new(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true };
}
