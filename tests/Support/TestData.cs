namespace Vantage.Support;

/// <summary>Finds reference data that is too large, or licensed too narrowly, to live in the repository.</summary>
/// <remarks>
/// The folder is named by <c>VANTAGE_TEST_DATA</c>; without it, a folder <c>shared</c> beside the repository is tried.
/// A test that needs a file calls <see cref="Require"/> and is skipped, with the name of what is missing, where there is none.
/// With <c>VANTAGE_TEST_ALL=1</c> a skip is a failure: that is how continuous integration runs.
/// </remarks>
public static class TestData
{
    public static bool RunsAll => Environment.GetEnvironmentVariable("VANTAGE_TEST_ALL") == "1";

    /// <summary>The repository's root: the nearest folder above the test's own that holds <c>Engine.sln</c>.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>The full path of a reference file; skips the calling test when it is not here.</summary>
    public static string Require(string relativePath)
    {
        var folder = Environment.GetEnvironmentVariable("VANTAGE_TEST_DATA") ?? Path.Combine(RepositoryRoot, "..", "shared");
        var path = Path.GetFullPath(Path.Combine(folder, relativePath));
        SkipUnless(File.Exists(path), $"Needs {relativePath} in the folder that VANTAGE_TEST_DATA names.");
        return path;
    }

    /// <summary>Skips the calling test with a reason that says how to have it run; fails it when everything must run.</summary>
    public static void SkipUnless(bool condition, string howToHaveIt)
    {
        if (!condition && RunsAll)
        {
            Assert.Fail($"VANTAGE_TEST_ALL=1 allows no skip. {howToHaveIt}");
        }

        Assert.SkipUnless(condition, howToHaveIt);
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Engine.sln was not found above the test's folder.");
    }
}
