using System.Globalization;

namespace Vantage.Storage;

/// <summary>Keeps a second process off the folder. Ends with the process, however it ends: the operating system lifts it.</summary>
internal sealed class FolderLock : IDisposable
{
    public const string FileName = "vantage.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StorageException">Another process has the folder, or it cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StorageException($"{folder} cannot be written: check who owns it.", denied);
        }
        catch (IOException taken)
        {
            throw new StorageException($"{folder} is in use by another process{HolderOf(path)}: stop that one, or name another folder.", taken);
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new FolderLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string HolderOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd() is { Length: > 0 } id ? $" ({id})" : "";
        }
        catch (IOException)
        {
            return ""; // Where the lock also keeps readers off.
        }
    }
}
