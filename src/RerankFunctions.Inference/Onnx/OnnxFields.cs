namespace RerankFunctions.Inference.Onnx;

/// <summary>Field numbers of ONNX messages, from onnx.proto of github.com/onnx/onnx.</summary>
internal static class OnnxFields
{
    internal static class Model
    {
        public const int IrVersion = 1;
        public const int ModelVersion = 5;
        public const int Graph = 7;
        public const int OperatorSetImport = 8;
        public const int MetadataProps = 14;
        public const int TrainingInfo = 20;
        public const int Functions = 25;
    }

    internal static class OperatorSet
    {
        public const int Domain = 1;
        public const int Version = 2;
    }

    internal static class Graph
    {
        public const int Node = 1;
        public const int Name = 2;
        public const int Initializer = 5;
        public const int Input = 11;
        public const int Output = 12;
        public const int ValueInfo = 13;
        public const int QuantizationAnnotation = 14;
        public const int SparseInitializer = 15;
        public const int MetadataProps = 16;
    }

    internal static class Function
    {
        public const int Name = 1;
        public const int Input = 4;
        public const int Output = 5;
        public const int Attribute = 6;
        public const int Node = 7;
        public const int OperatorSetImport = 9;
        public const int Domain = 10;
        public const int AttributeProto = 11;
        public const int ValueInfo = 12;
        public const int Overload = 13;
        public const int MetadataProps = 14;
    }

    internal static class TrainingInfo
    {
        public const int Initialization = 1;
        public const int Algorithm = 2;
        public const int InitializationBinding = 3;
        public const int UpdateBinding = 4;
    }

    internal static class Node
    {
        public const int Input = 1;
        public const int Output = 2;
        public const int Name = 3;
        public const int OperatorType = 4;
        public const int Attribute = 5;
        public const int Domain = 7;
        public const int Overload = 8;
        public const int MetadataProps = 9;
    }

    internal static class Attribute
    {
        public const int Name = 1;
        public const int Float = 2;
        public const int Integer = 3;
        public const int Text = 4;
        public const int Tensor = 5;
        public const int Graph = 6;
        public const int Floats = 7;
        public const int Integers = 8;
        public const int Texts = 9;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int TypeProto = 14;
        public const int TypeProtos = 15;
        public const int Type = 20;
        public const int ReferenceName = 21;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }

    internal static class Tensor
    {
        public const int Dims = 1;
        public const int DataType = 2;
        public const int Segment = 3;
        public const int FloatData = 4;
        public const int Int32Data = 5;
        public const int StringData = 6;
        public const int Int64Data = 7;
        public const int Name = 8;
        public const int RawData = 9;
        public const int DoubleData = 10;
        public const int UInt64Data = 11;
        public const int ExternalData = 13;
        public const int DataLocation = 14;
        public const int MetadataProps = 16;
    }

    internal static class SparseTensor
    {
        public const int Values = 1;
        public const int Indices = 2;
        public const int Dims = 3;
    }

    /// <summary><c>TensorAnnotation</c>.</summary>
    internal static class Annotation
    {
        public const int TensorName = 1;
        public const int Parameters = 2;
    }

    /// <summary><c>StringStringEntryProto</c>.</summary>
    internal static class Entry
    {
        public const int Key = 1;
        public const int Value = 2;
    }

    /// <summary><c>ValueInfoProto</c>.</summary>
    internal static class Value
    {
        public const int Name = 1;
        public const int Type = 2;
        public const int MetadataProps = 4;
    }

    /// <summary><c>TypeProto</c>.</summary>
    internal static class Type
    {
        public const int Tensor = 1;
        public const int Sequence = 4;
        public const int Map = 5;
        public const int Opaque = 7;
        public const int SparseTensor = 8;
        public const int Optional = 9;
    }

    /// <summary><c>TypeProto.Tensor</c> and <c>TypeProto.SparseTensor</c>.</summary>
    internal static class TensorType
    {
        public const int ElementType = 1;
        public const int Shape = 2;
    }

    /// <summary><c>TypeProto.Sequence</c> and <c>TypeProto.Optional</c>.</summary>
    internal static class ElementOf
    {
        public const int ElementType = 1;
    }

    internal static class MapType
    {
        public const int KeyType = 1;
        public const int ValueType = 2;
    }

    internal static class Shape
    {
        public const int Dim = 1;
    }

    internal static class Dim
    {
        public const int Value = 1;
        public const int Name = 2;
    }
}
