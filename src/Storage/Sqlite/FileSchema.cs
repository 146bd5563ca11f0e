namespace Vantage.Storage.Sqlite;

/// <summary>What a file holds: the mark by which it is known as ours, and the steps that bring it from one version to the next.</summary>
/// <param name="Name">The file's name in the folder.</param>
/// <param name="ApplicationId">SQLite's mark of a file type; differs between the files, so that swapped files are noticed.</param>
/// <param name="PageSizeBytes">Of a new file.</param>
/// <param name="Migrations">Step n brings version n to n + 1. Steps are only ever added.</param>
internal sealed record FileSchema(string Name, int ApplicationId, int PageSizeBytes, IReadOnlyList<string> Migrations)
{
    public int Version => Migrations.Count;
}
