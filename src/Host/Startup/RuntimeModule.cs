using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Host.Startup;

/// <summary>What hosts the actors: a host on another runtime than the in-process one brings its own.</summary>
public interface IRuntimeModule
{
    /// <summary>What it can be told on the command line, in the environment and in appsettings.json, like the host's own options.</summary>
    IReadOnlyList<RuntimeOption> Options { get; }

    /// <summary>Several processes share the storage: each follows the journal, and tells the others what it sees.</summary>
    bool HasSeveralProcesses { get; }

    /// <summary>Registers <see cref="IHostedRuntime"/>, and <see cref="IEventFeed"/>, from which the directories are folded.</summary>
    /// <exception cref="StartRefusedException">An option is wrong; the message says which, and what is right.</exception>
    void AddRuntime(IServiceCollection services, RuntimeSettings settings);
}

/// <summary>An option of a runtime.</summary>
/// <param name="Name">On the command line with two dashes before it; in the environment and in appsettings.json as all options are written there.</param>
public sealed record RuntimeOption(string Name, string HelpName, string Description);

/// <summary>What a runtime may need to know of the installation.</summary>
/// <param name="DataFolder">Where this process may keep files.</param>
/// <param name="Database">The PostgreSQL connection string; null where data is in the folder.</param>
/// <param name="Find">The value of an option of <see cref="IRuntimeModule.Options"/>, or null.</param>
public sealed record RuntimeSettings(string DataFolder, string? Database, Func<string, string?> Find);

/// <summary>The host cannot start, and the message says in one line what to do about it.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
