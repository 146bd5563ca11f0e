using System.Reflection;

namespace Vantage.Support;

/// <summary>
/// The machine, shared by the test assemblies that run at the same time: each has this for as long as it runs. Where what is judged is also how soon
/// three nodes and a fleet do something, it is had alone, and waits until the others have ended; they wait for it.
/// </summary>
/// <remarks>So one command runs all of them, however many the runner starts at once.</remarks>
public class Machine : IAsyncLifetime
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    private FileStream? _lock;

    protected virtual bool IsAlone => false;

    public async ValueTask InitializeAsync()
    {
        // A user's own: nobody may open the files of others in a folder that all may write to.
        var path = Path.Combine(Path.GetTempPath(), $"vantage-tests-{Environment.UserName}.lock");
        for (var asked = 0; _lock is null; asked++)
        {
            try
            {
                _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, IsAlone ? FileShare.None : FileShare.Read);
            }
            catch (IOException)
            {
                if (asked == 0)
                {
                    Console.WriteLine($"{Assembly.GetEntryAssembly()?.GetName().Name} waits until {(IsAlone ? "the other test assemblies have" : "the one that has the machine alone has")} ended.");
                }

                await Task.Delay(AskEvery); // The system lets go of it when a process ends, however it does.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }
}

/// <inheritdoc cref="Machine"/>
public sealed class MachineAlone : Machine
{
    protected override bool IsAlone => true;
}
