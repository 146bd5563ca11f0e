using System.Collections.Concurrent;

namespace Vantage.Devices.Tests;

/// <summary>Keeps what was raised; may be told to fail.</summary>
internal sealed class FakeAlarms : IDeviceAlarms
{
    public ConcurrentQueue<DeviceSos> Raised { get; } = new();

    public bool IsBroken { get; set; }

    public ValueTask RaiseSosAsync(DeviceSos sos, CancellationToken cancellationToken = default)
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("No incident can be made.");
        }

        Raised.Enqueue(sos);
        return ValueTask.CompletedTask;
    }
}
