using System.ComponentModel;
using System.Diagnostics;

namespace Vantage.Support;

/// <summary>The scripts around h3-js, the reference for everything about H3, and around that of geodesics; and their packages.</summary>
public static class H3JsFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static string Path { get; } = System.IO.Path.Combine(TestData.RepositoryRoot, "tests", "Geo.Tests", "h3-js");

    /// <summary>Skips the calling test where there is no Node.js or no way to install the packages; installs them where there is.</summary>
    public static void Require()
    {
        TestData.SkipUnless(Runs("node", "--version"), "Needs Node.js 20 or later as `node`.");
        TestData.SkipUnless(IsInstalled(), "Needs h3-js and geographiclib-geodesic: run `npm ci` in tests/Geo.Tests/h3-js.");
    }

    // Test assemblies run side by side, and npm empties the folder before it fills it: one at a time.
    private static bool IsInstalled()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var one = new FileStream(System.IO.Path.Combine(Path, "obj.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Runs("node", "-e", "import('h3-js').then(() => import('geographiclib-geodesic'))") || Runs("npm", "ci", "--no-audit", "--no-fund");
            }
            catch (IOException) when (clock.Elapsed < Patience)
            {
                Task.Delay(TimeSpan.FromMilliseconds(200)).Wait();
            }
        }
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            var command = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = Path,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(command)!;
            process.StandardInput.Close();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // No such program.
        }
    }
}
