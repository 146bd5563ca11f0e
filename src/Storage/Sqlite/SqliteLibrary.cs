namespace Vantage.Storage.Sqlite;

/// <summary>Loads the native library that comes with the program, once.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(() =>
    {
        SQLitePCL.Batteries_V2.Init();
        return true;
    });

    public static void Load() => _ = Loaded.Value;
}
