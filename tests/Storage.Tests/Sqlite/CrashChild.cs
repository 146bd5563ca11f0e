using System.Diagnostics;

namespace Vantage.Storage.Tests.Sqlite;

/// <summary>The program of <c>tests/Storage.Crash</c>, run as another process.</summary>
internal static class CrashChild
{
    private static string Program
    {
        get
        {
            var own = Path.DirectorySeparatorChar + "Storage.Tests" + Path.DirectorySeparatorChar;
            var folder = AppContext.BaseDirectory.Replace(own, own.Replace("Tests", "Crash", StringComparison.Ordinal), StringComparison.Ordinal);
            return Path.Combine(folder, "Vantage.Storage.Crash.dll");
        }
    }

    public static Process Start(IEnumerable<string> before, string folder, string mode, int number)
    {
        string[] command = [.. before, "dotnet", "exec", Program, folder, mode, $"{number}"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start)!;
    }
}
