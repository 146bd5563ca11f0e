using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Backup;

/// <summary>Makes a data folder of a backup.</summary>
public static class FolderRestore
{
    /// <summary>Copies the files of a backup to a new folder, each held against the manifest on its way, and the databases looked through after it.</summary>
    /// <param name="backup">A folder that <see cref="FolderBackup"/> wrote.</param>
    /// <param name="folder">Must not exist, or be empty. When it exists afterwards, it is complete and on the disk.</param>
    /// <param name="said">Is told in a sentence what else there is to know.</param>
    /// <param name="restored">Is told of each file that was found whole.</param>
    /// <exception cref="StorageException">
    /// It is no backup, of a newer program, or a file of it is missing or not as it was written; or the folder has files, or cannot be written.
    /// </exception>
    public static BackupManifest Run(
        string backup, string folder, Action<string> said, Action<BackupFile>? restored = null, CancellationToken cancellationToken = default)
    {
        backup = Path.GetFullPath(backup);
        var manifest = BackupManifest.Read(backup);
        foreach (var file in manifest.Files)
        {
            Check(file, backup);
        }

        try
        {
            using var partial = PartialFolder.Begin(folder, said);
            FolderBackup.CheckRoom(partial.Path, manifest.Bytes);
            foreach (var file in manifest.Files)
            {
                Restore(file, backup, partial.Path, cancellationToken);
                restored?.Invoke(file);
            }

            partial.Complete();
            return manifest;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not StorageException))
        {
            throw new StorageException($"The restore to {folder} failed: {failure.Message}", failure);
        }
    }

    private static void Check(BackupFile file, string backup)
    {
        if (Path.IsPathRooted(file.Name) || file.Name.Split('/', '\\').Any(part => part is "" or "." or ".."))
        {
            throw new StorageException($"{backup}: {BackupManifest.FileName} names a file outside the folder, '{file.Name}'.");
        }

        if (FolderSnapshot.NewestVersionOf(file.Name) is { } newest && file.Version > newest)
        {
            throw new StorageException($"{file.Name} of {backup} has version {file.Version}; this program reads up to {newest}. Restore it with a newer program.");
        }
    }

    private static void Restore(BackupFile file, string backup, string partial, CancellationToken cancellationToken)
    {
        var path = Path.Combine(partial, file.Name);
        if (FolderBackup.CopyFile(Path.Combine(backup, file.Name), path, cancellationToken) is not var (bytes, hash))
        {
            throw new StorageException($"{file.Name} is missing in {backup}.");
        }

        if (bytes != file.Bytes || !string.Equals(hash, file.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new StorageException(
                $"{file.Name} of {backup} is not as it was written: {bytes} bytes with SHA-256 {hash}, and not {file.Bytes} with {file.Sha256}. Take another backup.");
        }

        if (file.Version is not null)
        {
            using var database = Database.Open(path, create: false);
            FolderBackup.CheckWhole(database);
        }
    }
}
