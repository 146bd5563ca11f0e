using System.Diagnostics;
using Vantage.Support;

namespace Vantage.Wallboard.Tests;

/// <summary>What the wall tests in its own language, beside its source: how units glide, how texts read, how frames are put together.</summary>
public sealed class OwnTests
{
    [Fact(DisplayName = "The wall's own tests pass: gliding, texts and times, the link to the host, frames in sequence, folding")]
    public async Task Pass()
    {
        var folder = Path.Combine(TestData.RepositoryRoot, "src", "Wallboard");
        TestData.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "Needs the wall's packages: build without VantageSkipWall, or run `npm ci` in src/Wallboard.");
        var command = new ProcessStartInfo("npm", ["test"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        command.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(command)!;
        process.StandardInput.Close();
        var cancelled = TestContext.Current.CancellationToken;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(cancelled), process.StandardError.ReadToEndAsync(cancelled));
        await process.WaitForExitAsync(cancelled);

        Assert.True(process.ExitCode == 0, $"{await said}\n{await complained}");
        Assert.Matches(@"Tests +\d+ passed", await said);
    }
}
